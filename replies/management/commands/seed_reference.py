"""``manage.py seed_reference``: offices, bureaus, word lists and the calendar of a new portal."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from panjin_portal.lib.clock import today
from proposals.services.reference import seed_reference
from replies.services.reference import seed_assessment, seed_awards, seed_checklist, seed_release_chain

FIRST_YEAR = 2022


class Command(BaseCommand):
    """Fills what is missing; may be run again at any time."""

    help = "写入初始数据：单位、主题、理由、类别、编号式样和工作日历（可重复执行，不覆盖已有内容）。"

    def handle(self, *args: Any, **options: Any) -> None:
        seed_reference(range(FIRST_YEAR, today().year + 2))
        seed_release_chain()
        seed_checklist()
        seed_assessment()
        seed_awards()
        self.stdout.write("初始数据已就绪。")
