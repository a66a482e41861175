"""``manage.py verify_events``: is the event log as it was written?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from proposals.services.verification import verify_events


class Command(BaseCommand):
    """Exit code 0 and the counts when sound; otherwise 1 and one line per fault."""

    help = "核对事件链：指出被改动、缺少、插入或截去的事件。"

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_events()
        for fault in report.faults:
            self.stderr.write(fault)
        anchor = f"最近锚点{report.anchored_at}" if report.anchored_at else "尚无锚点"
        self.stdout.write(f"{report.chains}条事件链，{report.events}条事件，{len(report.faults)}处异常；{anchor}。")
        if report.faults:
            raise SystemExit(1)
