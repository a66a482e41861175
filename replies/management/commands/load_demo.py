"""``manage.py load_demo [--today DATE] [--accounts]``: the demo city in an empty, migrated database."""

from __future__ import annotations

import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.utils import DatabaseError

from panjin_portal.lib.clock import today
from proposals.models import Proposal, User
from proposals.services.anchoring import write_anchor
from replies.demo.people import PASSWORD, accounts
from replies.demo.telling import EARLIEST, is_told, tell


class Command(BaseCommand):
    """Tells the demo, all of it or nothing, and prints who can log in."""

    help = "装入演示数据：盘锦市的演示人员、第005号提案全过程和六十件各阶段的提案（只用于空库）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--today, --accounts."""
        parser.add_argument("--today", type=_day, default=None, metavar="YYYY-MM-DD", help="按这一天讲述（默认今天）")
        parser.add_argument("--accounts", action="store_true", help="只打印演示账号，不改动数据")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, or fill, then print the accounts."""
        day: date = options["today"] or today()
        if options["accounts"]:
            self._print_accounts()
            return
        if settings.PRODUCTION:
            raise CommandError("正式运行的门户不能装入演示数据：演示账号的密码是公开的。")
        if day < EARLIEST:
            raise CommandError(f"--today 不能早于 {EARLIEST}：第005号提案到 2023-08-03 才公开。")
        if self._is_loaded():
            self.stdout.write("演示数据已经装入，没有改动。")
        else:
            self._fill(day)
        self._print_accounts()

    def _is_loaded(self) -> bool:
        try:
            if is_told():
                return True
            is_used = User.objects.exists() or Proposal.objects.exists()
        except DatabaseError as error:
            raise CommandError("数据库还没有建表，请先运行 manage.py migrate。") from error
        if is_used:
            raise CommandError("数据库里已有数据，演示数据只能装入空库。请换一个库，或先备份后清空。")
        return False

    def _fill(self, day: date) -> None:
        began = time.monotonic()
        with _without_queue(), transaction.atomic():
            count = tell(day, self.stdout.write)
        write_anchor()  # a cut tail is found from the first day on, not only after the first night
        self.stdout.write(f"演示数据已装入：{count} 件提案，讲述日期 {day}，用时 {time.monotonic() - began:.0f} 秒。")

    def _print_accounts(self) -> None:
        self.stdout.write(f"演示账号（密码都是 {PASSWORD}）：")
        for account in accounts():
            self.stdout.write(f"  {account.username:<12}{account.role}（{account.name}）")


@contextmanager
def _without_queue() -> Iterator[None]:
    """Letters are made in this process; the tasks that services send find nothing left to do, so none is queued."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    try:
        yield
    finally:
        current_app.conf.task_always_eager = before


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}”不是日期，请写成 2026-03-02 的样子。") from error
