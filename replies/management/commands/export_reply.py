"""``manage.py export_reply ID --format pdf|docx|ofd|txt|html --out FILE``: the signed letter of a reply as a file.

``--with-source`` attaches the structure that was signed to the PDF, for an archive. ``--sign`` signs a PDF digitally
that was stored before a key was configured; without it such a file is given as it is stored, and stderr says so.

Exit codes: 1 when the file could not be made or written, 2 when there is no such reply or it is not signed.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from proposals.errors import PortalError, WrongStage
from replies.management.writing import insist_on_place, write_file
from replies.models import Reply
from replies.services.exporting import DRAFT_MARK, ExportFormat, export_reply, lacks_signature

NOTHING_TO_EXPORT = 2
UNSIGNED = "注意：这份 PDF 是设签名证书以前生成的，没有数字签名，照存档的原样导出。要带签名的，请加 --sign。"


class Command(BaseCommand):
    """Write the official letter; only signed text, or imported text that staff have confirmed, leaves the portal."""

    help = "导出已签发（或已核对的导入）答复的公文：--format pdf、docx、ofd、txt 或 html。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """ID, --format, --out, --draft, --with-source, --sign."""
        parser.add_argument("id", type=int, metavar="ID", help="答复编号")
        parser.add_argument("--format", choices=[one.value for one in ExportFormat], default="pdf")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")
        parser.add_argument("--draft", action="store_true", help=f"没有签发的也导出，文件上标明“{DRAFT_MARK}”")
        parser.add_argument("--with-source", action="store_true", help="PDF 附带签发的公文数据（PDF/A-3a），供归档")
        parser.add_argument("--sign", action="store_true", help="存档的 PDF 没有数字签名时，重新排版并签名")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, render, write in one go."""
        insist_on_place(options["out"])
        reply = Reply.objects.select_related("bureau", "result_class").filter(pk=options["id"]).first()
        if reply is None:
            raise CommandError(f"没有编号为 {options['id']} 的答复。", returncode=NOTHING_TO_EXPORT)
        try:
            kind = ExportFormat(options["format"])
            wanted = {"is_draft": options["draft"], "with_source": options["with_source"]}
            content = export_reply(reply, kind, is_sealed_anew=options["sign"], **wanted)
            is_bare = lacks_signature(reply, kind) and not (options["sign"] or options["with_source"])
        except WrongStage as error:
            raise CommandError(error.message, returncode=NOTHING_TO_EXPORT) from error
        except PortalError as error:
            raise CommandError(error.message) from error
        write_file(options["out"], content)
        if is_bare:
            self.stderr.write(UNSIGNED)
        mark = "" if reply.signed_letter else f"，{DRAFT_MARK}"
        self.stdout.write(f"已导出 {options['out']}（{len(content)} 字节{mark}）。")
