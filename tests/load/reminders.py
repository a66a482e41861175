"""``python -m tests.load.reminders [--open N] [--db postgres://…]``: the scan over N open deadlines, and a run that
creates ten thousand reminders. Prints medians in milliseconds, seconds of the run and the growth of memory.

Nineteen in twenty are due evenly over the next half year, one in twenty has been overdue for up to two months; each
share has a named clerk. Everything that is due has been said before the scan is measured, as it has
been every ten minutes of a working day.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from statistics import median

from tests.load.database import connect, remove, scratch

DAY = date(2026, 7, 21)  # a Tuesday; the week before it had five working days
SEED, BUREAUS, CLERKS, RUNS, CREATED = 20260721, 90, 3, 20, 10_000


def fill(count: int) -> None:
    """So many open replies of ninety bureaus with three clerks, a reviewer and a leader each."""
    from proposals.models import Assignment, Bureau, Deadline, Post, Proposal, Role, Session, User
    from proposals.services.reference import open_session, seed_reference

    seed_reference(range(2024, 2028))
    session: Session = open_session(
        term=9, number=5, opens_on=date(2026, 1, 5), closes_on=date(2026, 1, 9), filing_cutoff=date(2026, 12, 31)
    )
    bureaus = Bureau.objects.bulk_create(
        Bureau(kind="bureau", name=f"〔测〕{n}", short_name=f"测{n}", code=f"t{n}", document_word=f"测{n}", position=n)
        for n in range(BUREAUS)
    )
    roles = [*[Role.CLERK] * CLERKS, Role.REVIEWER, Role.LEADER]
    people = User.objects.bulk_create(
        User(username=f"t{n}", display_name=f"人{n}", email=f"t{n}@panjin.example") for n in range(BUREAUS * len(roles))
    )
    Post.objects.bulk_create(
        Post(user=person, role=roles[n % len(roles)], bureau=bureaus[n // len(roles)], starts_on=date(2020, 1, 1))
        for n, person in enumerate(people)
    )
    made = datetime.combine(date(2026, 2, 1), clock_time(9)).astimezone()
    random = Random(SEED)
    Proposal.objects.bulk_create(
        (
            Proposal(session=session, title=f"〔题目{n}〕", state="assigned", created_by=people[0], created_at=made)
            for n in range(count)
        ),
        batch_size=2000,
    )
    shares: list[Assignment] = []
    for pk in Proposal.objects.order_by("pk").values_list("pk", flat=True):
        place = random.randrange(BUREAUS)
        clerk = people[place * len(roles) + random.randrange(CLERKS)]
        given = {"role": "sole", "assigned_by": people[0], "assigned_at": made}
        shares.append(Assignment(proposal_id=pk, bureau=bureaus[place], clerk=clerk, **given))
    Assignment.objects.bulk_create(shares, batch_size=2000)
    Deadline.objects.bulk_create(
        (
            Deadline(
                proposal_id=share.proposal_id,
                assignment=share,
                kind="reply",
                bureau_id=share.bureau_id,
                recipient_role=Role.CLERK,
                starts_on=date(2026, 2, 1),
                due_on=_due(random),
                explanation="〔说明〕",
                link=f"/proposals/{share.proposal_id}/",
            )
            for share in shares
        ),
        batch_size=2000,
    )


def _due(random: Random) -> date:
    return DAY + timedelta(days=random.randint(1, 180) if random.random() < 0.95 else -random.randint(1, 60))


def scan() -> Iterator[tuple[float, float]]:
    """Milliseconds of each scan, and those this process worked: what stays comparable on a busy machine."""
    from panjin_portal.lib import clock
    from proposals.reminders import due_reminders, plan_of
    from proposals.services.calendar import load_calendar

    with clock.at(DAY):
        plan = plan_of(DAY, load_calendar())
        for _ in range(RUNS):
            began, worked = time.perf_counter(), time.process_time()
            due_reminders(plan)
            yield (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


def say_all() -> tuple[int, float, int]:
    """One run at the day: rows written, seconds, kilobytes of memory it took more."""
    from panjin_portal.lib import clock
    from proposals.services.reminding import remind

    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with clock.at(datetime.combine(DAY, clock_time(10))):
        sent = remind().sent
    took = time.perf_counter() - began
    return sent, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description="到期扫描与一轮提醒的速度；不碰自己的数据库。")
    parser.add_argument("--open", type=int, default=100_000, metavar="期限数")
    parser.add_argument("--db", default="", metavar="postgres://…", help="PostgreSQL 服务器；不写就用 SQLite")
    given = parser.parse_args()
    place = scratch(given.db, given.open + 1)
    remove(place, given.db)
    connect(place, given.db)
    from django.db import connection

    from proposals.models import Deadline, Reminder
    from tests.load.sink import settle

    fill(given.open)
    settle()
    sent, took, _ = say_all()
    print(f"{place.vendor}：{given.open} 个未完成期限；第一轮提醒 {sent} 条，{took:.1f} 秒")
    settle()
    times, work = zip(*scan(), strict=True)
    print(f"到期扫描（都已提醒过）：中位 {median(times):.1f} 毫秒，本进程用 {median(work):.1f} 毫秒")
    Deadline.objects.update(spoken_mark=0)
    times, work = zip(*scan(), strict=True)
    print(f"当天第一次扫描（都已提醒过，还没有标记）：中位 {median(times):.1f} 毫秒")
    newest = Reminder.objects.order_by("-pk").values_list("pk", flat=True)
    _forget(list(newest[:CREATED]))
    worked = time.process_time()
    sent, took, grown = say_all()
    worked = time.process_time() - worked
    print(f"生成 {sent} 条提醒：{took:.2f} 秒，本进程用 {worked:.2f} 秒，内存增加 {grown / 1024:.0f} MB")
    connection.close()  # a server drops no database somebody is in
    remove(place, given.db)


def _forget(keys: list[int]) -> None:
    from proposals.models import Deadline, Notice, Reminder

    Deadline.objects.update(spoken_mark=0)
    for start in range(0, len(keys), 500):
        part = keys[start : start + 500]
        Notice.objects.filter(reminder__in=part).delete()
        Reminder.objects.filter(pk__in=part)._raw_delete(Reminder.objects.db)


if __name__ == "__main__":
    main()
