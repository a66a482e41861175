"""``python -m tests.load.fill N [--db postgres://…] [--fresh]``: N cases of realistic shape in a scratch database."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from datetime import time as clock_time
from random import Random
from typing import TYPE_CHECKING

from tests.load.database import Scratch, connect, remove, scratch

if TYPE_CHECKING:  # the settings are not there before ``connect``
    from tests.load.moulds import Kind, Mould
    from tests.load.plan import Planned

SEED = 20260720
AT_ONCE = 500
Say = Callable[[str], None]


def fill(cases: int, say: Say = print) -> dict[Kind, Mould]:
    """Fill the empty, migrated database Django is set up on; gives the moulds, for more cases of their kinds."""
    from panjin_portal.lib import clock
    from panjin_portal.lib.clock import SHANGHAI
    from proposals.services.reminding import remind
    from tests.load.city import TODAY, build_city
    from tests.load.moulds import make_moulds
    from tests.load.plan import ALL_KINDS, BIG, Planner
    from tests.load.sink import make_room, settle

    began = time.monotonic()
    random = Random(SEED)
    city = build_city(cases, random)
    make_room()
    moulds = make_moulds(ALL_KINDS)
    say(f"{len(moulds)} 种底稿已由服务办成（{time.monotonic() - began:.0f} 秒）")
    planner = Planner(city, random)
    years = sorted(city.sessions)
    shares = [cases // len(years) + (place < cases % len(years)) for place, _ in enumerate(years)]
    total = 0
    for year, count in zip(years, shares, strict=True):
        planned: Iterable[Planned] = planner.year(year, count - (year == years[-2]))
        total += cast_all(planned, moulds)
        if year == years[-2]:
            total += cast_all([planner.one(BIG, year)], moulds)
        say(f"{year} 年 {count} 件，共 {total} 行（{time.monotonic() - began:.0f} 秒）")
    settle()
    with clock.at(datetime.combine(TODAY, clock_time(9), SHANGHAI)):
        say(f"到期提醒 {remind().sent} 条（{time.monotonic() - began:.0f} 秒）")
    return moulds


def cast_all(planned: Iterable[Planned], moulds: dict[Kind, Mould]) -> int:
    """Write these cases, a batch at a time; gives the number of rows."""
    from tests.load.casting import Batch, Caster
    from tests.load.sink import write

    caster, batch, rows = Caster(), Batch(), 0
    for place, one in enumerate(planned, start=1):
        caster.cast(moulds[one.kind], one.case, batch)
        rows += moulds[one.kind].size
        if place % AT_ONCE == 0:
            write(batch)
            batch = Batch()
    write(batch)
    return rows


def ready(cases: int, server: str = "", *, fresh: bool = False, say: Say = print) -> Scratch:
    """Django set up on a filled scratch database, kept from the last time unless ``fresh``."""
    place = scratch(server, cases)
    if fresh:
        remove(place, server)
    connect(place, server)
    from proposals.models import Event, Proposal
    from proposals.services.events import record_site_event

    if Event.objects.filter(proposal=None, kind="bench_filled").exists():
        say(f"沿用 {place.name}（{Proposal.objects.count()} 件；--fresh 重新生成）")
        return place
    if Proposal.objects.exists():
        raise SystemExit(f"{place.name} 上一次没有填完，请加 --fresh（make bench FRESH=1）。")
    fill(cases, say)
    from django.db import transaction

    with transaction.atomic():
        record_site_event(None, kind="bench_filled", text="填入测量用的提案", data={"cases": cases})
    return place


def main() -> None:
    """Fill as the command line says."""
    parser = argparse.ArgumentParser(description="填入指定件数的提案，供测量速度使用；不碰自己的数据库。")
    parser.add_argument("cases", type=int, metavar="件数")
    parser.add_argument("--db", default="", metavar="postgres://…", help="PostgreSQL 服务器；不写就用 SQLite")
    parser.add_argument("--fresh", action="store_true", help="先删掉上一次的")
    given = parser.parse_args()
    ready(given.cases, given.db, fresh=given.fresh)


if __name__ == "__main__":
    main()
