"""The table in the page is made from the figures and nothing around it changes."""

from __future__ import annotations

import pytest

from tests.load.table import BEGIN, END, put_into, table

FIGURE = {
    "name": "列表：第一页",
    "median": 21.04,
    "p95": 26.0,
    "queries": 10,
    "bytes": 28057,
    "peak_mb": None,
    "aim": 25.0,
    "missing": "",
    "is_missed": False,
}
MACHINE = {"cpus": 2, "load": 0.2, "python": "3.11", "django": "5.2", "database": "sqlite 3.40", "revision": "abc"}


def run(vendor: str, cases: int, **changes: object) -> dict[str, object]:
    return {"vendor": vendor, "cases": cases, "machine": MACHINE, "figures": [FIGURE | changes]}


def test_a_missed_aim_stands_in_bold_and_what_is_missing_says_why() -> None:
    missed = run("postgresql", 100_000, median=50.0, is_missed=True, aim=40.0)
    absent = run("postgresql", 10_000, median=None, missing="还没有这一页")
    lines = table([missed, absent, run("sqlite", 10_000)]).splitlines()
    assert lines[0].startswith("| median / p95 in ms | SQLite 10,000 | PostgreSQL 10,000 | PostgreSQL 100,000 |")
    assert lines[2] == "| 列表：第一页 | 21.0 / 26.0 | — 还没有这一页 | **50.0 / 26.0** | 10 | 27 | 25 / 40 |"


def test_only_what_stands_between_the_marks_changes() -> None:
    page = f"before\n{BEGIN}\nold\n{END}\nafter"
    assert put_into(page, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter"
    with pytest.raises(ValueError, match="not found"):
        put_into("no marks", "new")
