"""``manage.py import_workdays notice.csv --year 2027``: what the notice would change; with ``--confirm`` it is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from panjin_portal.lib.small_tables import read_table
from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import PortalError
from proposals.holiday_notice import Notice, read_notice
from proposals.models import User
from proposals.services.calendar_import import Preview, StalePreview, import_notice, preview_import
from proposals.services.reckoning_told import told_moves


class Command(BaseCommand):
    """Import a year's holiday notice (CSV or XLSX)."""

    help = "导入一年的放假安排（CSV 或 XLSX）：先列出变动；加 --confirm 才写入。"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its year, and who confirms."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--confirm", action="store_true", help="写入并重新计算未完成的期限")
        parser.add_argument("--actor", default="admin", help="记在办理记录里的系统管理员（用户名）")

    def handle(self, *args: Any, **options: Any) -> None:
        """List the problems, the days and the deadlines that change; import when confirmed."""
        notice = self._read(options["file"], options["year"])
        for problem in notice.problems:
            self.stdout.write(f"{'错误' if problem.is_error else '提醒'}：{problem}")
        if not notice.is_usable:
            raise CommandError("没有导入，请改正表格。")
        preview = preview_import(notice)
        self._show(preview)
        if not options["confirm"]:
            self.stdout.write("没有写入；加 --confirm 写入。")
            return
        actor = User.objects.filter(username=options["actor"], is_superuser=True, is_active=True).first()
        if actor is None:
            raise CommandError(f"“{options['actor']}”不是在用的系统管理员，请用 --actor 指定。")
        try:
            done = import_notice(actor, notice=notice, seen=preview.digest)
        except StalePreview as stale:
            raise CommandError("刚才又有期限变动，没有导入，请再运行一次。") from stale
        except PortalError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已载入{notice.year}年放假安排，{len(done.plan.moved)}项未完成的期限有变动。")

    def _read(self, path: Path, year: int) -> Notice:
        try:
            with path.open("rb") as file:
                return read_notice(read_table(file, path.name), year)
        except OSError as error:
            raise CommandError(f"打不开{path}。") from error
        except UploadRefused as refusal:
            raise CommandError(refusal.message) from refusal

    def _show(self, preview: Preview) -> None:
        for change in preview.days:
            self.stdout.write(f"{change.date}：{change.old_words} → {change.new_words}")
        moves = told_moves(preview.plan)
        for move in moves.rows:
            self.stdout.write(f"{move.proposal} {move.whose}{move.what}：{move.old} → {move.new}")
        if moves.more:
            self.stdout.write(f"另有{moves.more}项没有列出。")
        for stays in moves.stranded:
            stands = f"{stays.old} 由人工确定，成了放假日，不改动（其后的工作日 {stays.new}）"
            self.stdout.write(f"{stays.proposal} {stays.whose}{stays.what}：{stands}")
        self.stdout.write(f"{len(preview.days)}天、{len(preview.plan.moved)}项期限会变动。")
