"""``manage.py import_reply PATH [PATH …]``: take over published replies, one file, several, or whole folders.

``--json`` prints what was read (keys: docs/import-format.md) and ``--dry-run`` says it in words; neither stores
anything nor needs a database; where there is one, its bureaus are the known ones. Exit codes: one file: 2 when it holds
no reply, 1 when it cannot be imported. Several files or a folder: 1 when at least one was refused; the others are
imported all the same.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import PortalError
from proposals.models import User
from replies.services.import_case import bureaus_to_read_by
from replies.services.import_folder import Outcome, Twins, files_in, import_file, passed_over, read_bytes
from replies.services.import_report import check_report_place, counts_of, line_of, write_report
from replies.services.import_text import SUFFIXES, read_text
from replies.services.importing import import_reply
from replies.structure.imported import ImportedReply
from replies.structure.outline import walk
from replies.structure.reading import read_reply

NO_REPLY, SOME_REFUSED = 2, 1


class Command(BaseCommand):
    """Read pages and store them as imported cases."""

    help = (
        "导入已公开的答复：一个或多个文件，或文件夹（包括下级，按名称排序）。"
        f"能读 {'、'.join(SUFFIXES)}。--json、--dry-run 只读取，不需要数据库。"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH …, --json, --dry-run, --user, --report."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--json", action="store_true", help="只输出读取结果（JSON），不导入；多个文件时是一个列表")
        parser.add_argument("--dry-run", action="store_true", help="只试读，不导入")
        parser.add_argument("--user", default="", help="以这位工作人员的名义导入（用户名）")
        parser.add_argument("--report", type=Path, metavar="FILE", help="逐个文件的结果写到这里（.csv 或 .json）")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read; print or import."""
        paths: list[Path] = options["paths"]
        report: Path | None = options["report"]
        try:
            if report is not None:
                check_report_place(report)
            files = files_in(paths)
        except UploadRefused as refused:
            raise CommandError(refused.message) from refused
        if len(paths) == 1 and not paths[0].is_dir() and report is None:
            self._one(paths[0], options)
        else:
            self._several(files, passed_over(paths), options)

    def _one(self, path: Path, options: dict[str, Any]) -> None:
        try:
            raw = read_bytes(path)
            reading = read_reply(read_text(raw, name=path.name), bureaus_to_read_by())
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
        try:
            reply = import_reply(_actor(options["user"]), file_name=path.name, raw=raw)
        except PortalError as refused:
            raise CommandError(refused.message) from refused
        self.stdout.write(f"已导入，答复编号 {reply.pk}：{reply.title}。请工作人员登录后核对原件。")

    def _several(self, files: Sequence[Path], unread: Sequence[Outcome], options: dict[str, Any]) -> None:
        if options["json"] or options["dry_run"]:
            outcomes = self._each(files, Twins().try_file, is_quiet=options["json"])
        else:
            actor = _actor(options["user"])
            outcomes = self._each(files, lambda path: import_file(actor, path), is_quiet=False)
        if options["json"]:
            self.stdout.write(json.dumps([one.as_read() for one in outcomes], ensure_ascii=False, indent=2))
        else:
            for one in unread:
                self.stdout.write(line_of(one))
            self.stdout.write(counts_of(outcomes))
        if options["report"] is not None:
            try:
                write_report(options["report"], [*outcomes, *unread])
            except OSError as error:
                raise CommandError(f"写不了报告 {options['report']}：{error.strerror}") from error
        if any(one.is_refused for one in outcomes):
            raise SystemExit(SOME_REFUSED)

    def _each(self, files: Sequence[Path], work: Callable[[Path], Outcome], *, is_quiet: bool) -> list[Outcome]:
        """Work on every file; one line each, and how far it is on a terminal."""
        outcomes = []
        for done, path in enumerate(files):
            if self.stderr.isatty():
                self.stderr.write(f"\r{done + 1}/{len(files)} {path.name}\x1b[K", ending="\r")
            outcomes.append(work(path))
            if not is_quiet:
                self.stdout.write(line_of(outcomes[-1]))
        return outcomes


def _actor(username: str) -> User | None:
    actor = User.objects.filter(username=username).first() if username else None
    if username and actor is None:
        raise CommandError(f"没有用户 {username}。")
    return actor


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
