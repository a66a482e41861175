"""``manage.py send_reminders``: one reminder run, now or at any moment."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from panjin_portal.lib import clock
from proposals.models import Channel
from proposals.reminders import due_reminders, plan_of
from proposals.services.calendar import load_calendar
from proposals.services.digests import sentence
from proposals.services.mailing import send_pending
from proposals.services.office_hours import hours_in_words, in_office_hours
from proposals.services.reminding import remind


def moment(text: str) -> datetime:
    """``2026-03-02T09:00`` as Shanghai time; a bare date means 09:00."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("时间写作 2026-03-02T09:00，或只写日期") from error
    if len(text) == len("2026-03-02"):
        read = read.replace(hour=9)
    return read if read.tzinfo else read.replace(tzinfo=clock.SHANGHAI)


class Command(BaseCommand):
    """The last line is ``N sent, M already in the ledger``, or with ``--dry-run`` ``N due``."""

    help = "扫描到期事项并发出提醒；--at 模拟某一时刻，--dry-run 只列出不发送。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=moment, help="模拟的时刻，如 2026-03-02T09:00（上海时间）")
        parser.add_argument("--dry-run", action="store_true", help="只列出将发的提醒，每条一行")

    def handle(self, *args: Any, **options: Any) -> None:
        at: datetime | None = options["at"]
        with clock.at(at) if at else nullcontext():
            if not in_office_hours(clock.now()):
                self.stderr.write(f"现在不是工作时间（工作日{hours_in_words()}），提醒留到下一个工作时段。")
            if options["dry_run"]:
                self._list()
            else:
                self._send()

    def _list(self) -> None:
        day = clock.today()
        lines = [
            f"用户{row.user_id} {Channel(channel).label} {sentence(row, day)}"
            for row in due_reminders(plan_of(day, load_calendar()))
            for channel in row.channels
        ]
        for line in [*lines, f"{len(lines)} due"]:
            self.stdout.write(line)

    def _send(self) -> None:
        outcome = remind()
        send_pending()
        self.stdout.write(f"{outcome.sent} sent, {outcome.already} already in the ledger")
