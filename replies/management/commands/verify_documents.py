"""``manage.py verify_documents``: are the stored files as they were registered?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from replies.services.stored_files import verify_files


class Command(BaseCommand):
    """Exit code 0 when every registered file is there unaltered; otherwise 1 and a line for each fault. Files that no
    row names are listed, but they are no fault: nothing is served from them."""

    help = "核对文件：指出缺失或被改动的文件，列出没有登记的文件。"

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify_files()
        for fault in report.faults:
            self.stderr.write(fault)
        for name in report.orphans:
            self.stdout.write(f"未登记：{name}")
        self.stdout.write(
            f"{report.checked}个登记的文件，{len(report.faults)}处异常；{len(report.orphans)}个未登记的文件。"
        )
        if report.faults:
            raise SystemExit(1)
