"""``manage.py send_reminders``: one reminder run, now or at any moment."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from panjin_portal.lib import clock
from proposals.reminders import due_reminders
from proposals.services.mailing import send_pending
from proposals.services.reminding import remind, sentence


def moment(text: str) -> datetime:
    """``2026-03-02T09:00`` as Shanghai time."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError("时间写作 2026-03-02T09:00") from error
    return read if read.tzinfo else read.replace(tzinfo=clock.SHANGHAI)


class Command(BaseCommand):
    """The last line is ``N sent, M already in the ledger``, or with ``--dry-run`` ``N due``."""

    help = "扫描到期事项并发出提醒；--at 模拟某一时刻，--dry-run 只列出不发送。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--at", type=moment, help="模拟的时刻，如 2026-03-02T09:00（上海时间）")
        parser.add_argument("--dry-run", action="store_true", help="只列出将发的提醒")

    def handle(self, *args: Any, **options: Any) -> None:
        at: datetime | None = options["at"]
        with clock.at(at) if at else nullcontext():
            if options["dry_run"]:
                self._list()
            else:
                self._send()

    def _list(self) -> None:
        rows = due_reminders(clock.today())
        for row in rows:
            self.stdout.write(f"{row.user_id} {'+'.join(row.channels)} {sentence(row, clock.today())}")
        self.stdout.write(f"{sum(len(row.channels) for row in rows)} due")

    def _send(self) -> None:
        outcome = remind()
        if not outcome.in_office_hours:
            self.stdout.write("现在不是工作时间，提醒留到下一个工作时段。")
        send_pending()
        self.stdout.write(f"{outcome.sent} sent, {outcome.already} already in the ledger")
