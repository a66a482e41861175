"""``manage.py rebuild_search [--only cases|public]``: make the search anew, batch by batch, while the portal runs."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand

from proposals.models import Proposal
from replies.models import Publication
from replies.services.rebuilding import Progress, rebuild_cases, rebuild_publications

Pass = tuple[str, Callable[[], int], Callable[[], Iterator[Progress]]]
PASSES: dict[str, Pass] = {
    "cases": ("提案", Proposal.objects.count, rebuild_cases),
    "public": ("公开的答复", Publication.objects.count, rebuild_publications),
}
SECONDS_BETWEEN_LINES = 2.0


class Command(BaseCommand):
    """Compares every row with its text and writes what differs; a second run writes nothing."""

    help = "重建检索：逐批核对提案检索和公开检索，缺的补上，不一致的改正。可以在平台运行时执行。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--only."""
        parser.add_argument("--only", choices=sorted(PASSES), help="只重建提案检索（cases）或公开检索（public）")

    def handle(self, *args: Any, **options: Any) -> None:
        """One pass after the other, with a line every few seconds and a sum at the end."""
        for name, (label, count, rebuild) in PASSES.items():
            if options["only"] in (None, name):
                self._run(label, count(), rebuild())

    def _run(self, label: str, total: int, steps: Iterator[Progress]) -> None:
        began = last_line = time.monotonic()
        progress = Progress(0, 0)
        for progress in steps:
            if time.monotonic() - last_line >= SECONDS_BETWEEN_LINES:
                last_line = time.monotonic()
                self.stdout.write(f"{label}：{progress.done}/{total}，已改写 {progress.written}")
        seconds = time.monotonic() - began
        self.stdout.write(f"{label}：核对 {progress.done} 件，改写 {progress.written} 件，用时 {seconds:.1f} 秒。")
