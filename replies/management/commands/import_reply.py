"""``manage.py import_reply FILE [--json] [--dry-run] [--user NAME]``: take over a published reply.

``--json`` prints what was read (keys: docs/import-format.md) and ``--dry-run`` says it in words; neither stores
anything nor needs a database. Exit code 2 when the file holds no reply, 1 when it cannot be imported.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import PortalError
from proposals.models import User
from replies.services.importing import decode, import_reply
from replies.structure.imported import ImportedReply
from replies.structure.outline import walk
from replies.structure.reading import read_reply

NO_REPLY = 2


class Command(BaseCommand):
    """Read one page as UTF-8 text and store it as an imported case."""

    help = "导入一份已公开的答复（网页文本，UTF-8）。--json、--dry-run 只读取，不需要数据库。"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE, --json, --dry-run, --user."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="只输出读取结果（JSON），不导入")
        parser.add_argument("--dry-run", action="store_true", help="只试读，不导入")
        parser.add_argument("--user", default="", help="以这位工作人员的名义导入（用户名）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read; print or import."""
        path: Path = options["file"]
        try:
            raw = path.read_bytes()
            reading = read_reply(decode(raw))
        except OSError as error:
            raise CommandError(f"读不到文件 {path}：{error.strerror}") from error
        except UploadRefused as refused:
            raise CommandError(refused.message) from refused
        if options["json"]:
            self.stdout.write(json.dumps(reading.as_dict(), ensure_ascii=False, indent=2))
        if not reading.is_reply:
            if not options["json"]:
                self.stdout.write(json.dumps(reading.as_dict(), ensure_ascii=False))
            raise SystemExit(NO_REPLY)
        if options["json"]:
            return
        if options["dry_run"]:
            self.stdout.write(_summary(reading))
            return
        self._store(path.name, raw, options["user"])

    def _store(self, name: str, raw: bytes, username: str) -> None:
        actor = User.objects.filter(username=username).first() if username else None
        if username and actor is None:
            raise CommandError(f"没有用户 {username}。")
        try:
            reply = import_reply(actor, file_name=name, raw=raw)
        except PortalError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"已导入，答复编号 {reply.pk}：{reply.title}。请工作人员登录后核对原件。")


def _summary(reading: ImportedReply) -> str:
    headings = sum(1 for section in walk(reading.sections) if section.heading)
    lines = [
        f"标题：{reading.title or '（无）'}",
        f"届次：{reading.session or '（无）'}　提案号：{reading.proposal_number or '（无）'}",
        f"主送：{'、'.join(reading.addressees) or '（无）'}",
        f"落款：{'、'.join(reading.signers) or '（无）'}　{reading.signed_on or '（无日期）'}",
        f"标题层次：{headings} 处",
        *(f"提示：{warning.message}" for warning in reading.warnings),
        "试读完成，没有导入。",
    ]
    return "\n".join(lines)
