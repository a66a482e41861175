"""``python -m tests.load.bench [--cases N] [--db postgres://…] [--fresh]``: how quick is what, in how many queries.

Prints a table and writes ``build/bench-{database}-{cases}.json``. Method: docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.load.database import BUILD, ROOT
from tests.load.fill import ready

if TYPE_CHECKING:
    from tests.load.measure import Figure, Job
    from tests.load.moulds import Kind, Mould

BOOK_CASES = 500
PDF_AIMS = {"答复函：一遍排版": 100.0, "答复函：整份，新进程": 250.0, f"汇编{BOOK_CASES}件：全部": 90_000.0}
Say = Callable[[str], None]


def run(
    cases: int,
    say: Say = print,
    *,
    warm: int = 3,
    fewest: int = 20,
    most: int = 100,
    only: str = "",
    with_letters: bool = True,
    moulds: dict[Kind, Mould] | None = None,
) -> list[Figure]:
    """Measure everything (or what has ``only`` in its name) on the filled database Django is set up on."""
    from django.test.utils import override_settings

    from panjin_portal.lib import clock
    from panjin_portal.lib.clock import SHANGHAI
    from tests.load.city import TODAY
    from tests.load.jobs import pages, steps
    from tests.load.measure import measure
    from tests.load.town import Town

    figures: list[Figure] = []
    town = Town(moulds)

    def jobs() -> Iterator[Job]:
        yield from pages(town)
        yield from steps(town, warm + 1 + fewest, only)

    with clock.at(datetime.combine(TODAY, clock_time(10), SHANGHAI)), override_settings(ROOT_URLCONF="tests.load.urls"):
        for job in jobs():
            if only in job.name:
                figures.append(measure(job, cases, warm=warm, fewest=fewest, most=most))
                say(line(figures[-1]))
    if with_letters and (not only or only in "答复函"):
        for figure in in_own_process("letters", fewest):
            figures.append(figure)
            say(line(figure))
    if with_letters and (not only or only in "汇编"):
        for figure in in_own_process("books", BOOK_CASES):
            figures.append(figure)
            say(line(figure))
    return figures


def in_own_process(module: str, number: int) -> Iterator[Figure]:
    """The figures of letters (so many runs) or of a book (of so many cases), from a process of their own."""
    from tests.load.measure import Figure

    done = subprocess.run(
        [sys.executable, "-m", f"tests.load.{module}", str(number)], cwd=ROOT, capture_output=True, check=True
    )
    for name, values in json.loads(done.stdout)["figures"].items():
        yield replace(Figure(name, aim=PDF_AIMS.get(name)), **values)


def line(figure: Figure) -> str:
    """One row of the printed table."""
    if figure.median is None:
        return f"{pad(figure.name)} —  {figure.missing}"
    queries = "" if figure.queries is None else f"{figure.queries} 次"
    size = f"{figure.bytes / 1024:.0f} KB" if figure.bytes else ""
    aim = f"≤ {figure.aim:g}" if figure.aim else ""
    peak = f"  峰值 {figure.peak_mb:g} MB" if figure.peak_mb else ""
    mark = "  ✗" if figure.is_missed else ""
    cpu = "" if figure.cpu is None else f"{figure.cpu:.1f}"
    times = f"{figure.median:9.1f}{figure.p95 or 0:9.1f}{cpu:>8}"
    return f"{pad(figure.name)}{times}{queries:>8}{size:>9}{aim:>8}{peak}{mark}"


def pad(text: str, width: int = 38) -> str:
    """Chinese characters are two columns wide."""
    return text + " " * max(1, width - sum(2 if ord(char) > 0x2000 else 1 for char in text))


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
        else:
            cursor.execute("SELECT sqlite_version()")
        (version,) = cursor.fetchone()
    revision = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    return {
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": f"{connection.vendor} {version.split()[0]}",
        "revision": revision,
    }


def save(figures: list[Figure], cases: int, vendor: str, folder: Path = BUILD) -> Path:
    """Write the JSON file; gives its path."""
    path = folder / f"bench-{vendor}-{cases}.json"
    found = {"cases": cases, "vendor": vendor, "machine": machine(), "figures": [one.as_dict() for one in figures]}
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def main() -> None:
    """Fill if need be, measure, print, save."""
    parser = argparse.ArgumentParser(description="测量各页面和各步骤的用时、查询次数和大小。")
    parser.add_argument("--cases", type=int, default=10_000, metavar="件数")
    parser.add_argument("--db", default="", metavar="postgres://…", help="PostgreSQL 服务器；不写就用 SQLite")
    parser.add_argument("--fresh", action="store_true", help="重新填入")
    parser.add_argument("--only", default="", metavar="字词", help="只测名称里有这个词的")
    parser.add_argument("--runs", type=int, default=20, metavar="次", help="每项至少测几次（机器忙时可以少些）")
    given = parser.parse_args()
    place = ready(given.cases, given.db, fresh=given.fresh)
    sys.stdout.write(f"{pad('')}   中位数      p95  处理器    查询     大小    目标（毫秒）\n")
    few = given.runs < 20
    figures = run(
        given.cases, warm=1 if few else 3, fewest=given.runs, most=given.runs if few else 100, only=given.only
    )
    if given.only:
        return
    path = save(figures, given.cases, place.vendor)
    missed = [figure.name for figure in figures if figure.is_missed]
    sys.stdout.write(f"已写入 {path.relative_to(ROOT)}；{len(missed)} 项超过目标。\n")


if __name__ == "__main__":
    main()
