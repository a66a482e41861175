"""``manage.py make_missing_files``: the files of signed opinions (会办意见) and follow-ups (跟踪答复) that have none.

For papers signed before the portal made such files, and for those whose file was given up: they are queued and set from
what was signed. Run twice it does nothing the second time. Exit code 1 when one of them could not be queued.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from replies.services.files_again import lacking_follow_ups, lacking_opinions, queue_again


class Command(BaseCommand):
    """Name each paper and what became of it."""

    help = "给已签发而没有文件（或文件没有做成）的会办意见、跟踪答复补做文件，按签发的文字生成。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--count."""
        parser.add_argument("--count", action="store_true", help="只数有几份，不补做")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["count"]:
            told = f"会办意见 {lacking_opinions().count()} 份，跟踪答复 {lacking_follow_ups().count()} 份没有文件。"
            self.stdout.write(told)
            return
        queued = faults = 0
        for outcome in queue_again():
            (self.stderr if outcome.is_fault else self.stdout).write(f"{outcome.name}：{outcome.told}")
            faults += outcome.is_fault
            queued += not outcome.is_fault
        self.stdout.write(f"{queued} 份已排队，由后台生成；{faults} 份没有补做。")
        if faults:
            raise SystemExit(1)
