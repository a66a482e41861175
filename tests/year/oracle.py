"""Which reminders a year asks for, reckoned a second time: by hand-made tables and day by day, with nothing of the
portal's own arithmetic. Days, kinds and people come in as plain values."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

ONE = timedelta(days=1)


def _days(*spans: tuple[date, int]) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for first, count in spans for n in range(count))


# The State Council's arrangement of 2025, and the first days of 2026 (first day, number of days).
DAYS_OFF = _days(
    (date(2025, 1, 1), 1),
    (date(2025, 1, 28), 8),
    (date(2025, 4, 4), 3),
    (date(2025, 5, 1), 5),
    (date(2025, 5, 31), 3),
    (date(2025, 10, 1), 8),
    (date(2026, 1, 1), 3),
)
WORKED = frozenset(
    (date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11), date(2026, 1, 4))
)
LAST = date(2025, 12, 31)

# Days before; working days after, each with the roles that hear of it beside whoever has to do it; weekly or not.
REVIEWER, LEADER, OFFICE = "reviewer", "leader", "office_staff"
USUAL = {1: (REVIEWER,), 3: (REVIEWER, LEADER), 5: (REVIEWER, LEADER, OFFICE)}
MOMENTS: dict[str, tuple[tuple[int, ...], dict[int, tuple[str, ...]], bool]] = {
    "receipt": ((1,), {1: (REVIEWER,), 2: (REVIEWER, LEADER), 5: (REVIEWER, LEADER, OFFICE)}, True),
    "reply": ((30, 15, 7, 3, 1), USUAL, True),
    "opinion": ((15, 7, 3, 1), USUAL, True),
    "feedback": ((7, 3), {1: (), 5: ()}, False),
}
EVERYBODY = (REVIEWER, LEADER, OFFICE)
FORMS_FOR = timedelta(days=90)

Row = tuple[int, int, str, int, str]  # deadline, version, occasion, person, channel


@dataclass(frozen=True)
class Clock:
    """An open deadline as it stands at the moment of a run. ``owner``: ("b", bureau) or ("p", proposer)."""

    key: int
    version: int
    kind: str
    owner: tuple[str, int]
    starts_on: date
    due_on: date
    clerk: int | None


@dataclass
class Held:
    """A post; ``ends_on`` None while it lasts."""

    person: int
    role: str
    owner: tuple[str, int]
    starts_on: date
    ends_on: date | None = None

    def is_held(self, day: date) -> bool:
        """Both days count."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Cover:
    """Who stands in for whom at a bureau."""

    bureau: int
    absent: int
    substitute: int
    starts_on: date
    ends_on: date


@dataclass
class Oracle:
    """Gathers what must have been said."""

    posts: list[Held] = field(default_factory=list)
    covers: list[Cover] = field(default_factory=list)
    with_mail: set[int] = field(default_factory=set)
    expected: set[Row] = field(default_factory=set)

    def run(self, day: date, clocks: Iterable[Clock], only: set[int] | None = None) -> int:
        """A run on ``day`` over the open ``clocks``; ``only``: those it came to before it was cut. Gives how many rows
        it adds."""
        before = len(self.expected)
        if works(day):
            posts = [post for post in self.posts if post.is_held(day)]
            for clock in clocks:
                self.expected.update(row for row in self._of(day, clock, posts) if only is None or row[3] in only)
        return len(self.expected) - before

    def _of(self, day: date, clock: Clock, posts: list[Held]) -> Iterator[Row]:
        said = occasion(clock.kind, clock.starts_on, clock.due_on, day)
        if said is None or (clock.owner[0] == "p" and day - clock.due_on > FORMS_FOR):
            return
        name, is_overdue, others = said
        for person in self._whom(day, clock, posts, is_overdue, others):
            yield (clock.key, clock.version, name, person, "portal")
            if person in self.with_mail:
                yield (clock.key, clock.version, name, person, "mail")

    def _whom(
        self, day: date, clock: Clock, posts: list[Held], is_overdue: bool, others: tuple[str, ...]
    ) -> Iterator[int]:
        there = [post for post in posts if post.owner == clock.owner]
        if clock.owner[0] == "p":
            yield from (post.person for post in there)
            return
        clerks = [post.person for post in there if post.role == "clerk"]
        keeper = clock.clerk
        for cover in self.covers:  # the latest one counts
            if (cover.bureau, cover.absent) == (
                clock.owner[1],
                clock.clerk,
            ) and cover.starts_on <= day <= cover.ends_on:
                keeper = cover.substitute
        yield from [keeper] if keeper in clerks and not is_overdue else clerks
        yield from (post.person for post in there if post.role in others)
        if OFFICE in others:
            yield from (post.person for post in posts if post.role == OFFICE)


def works(day: date) -> bool:
    """Whether people are at work."""
    return day in WORKED or (day.weekday() < 5 and day not in DAYS_OFF)


def occasion(kind: str, starts_on: date, due_on: date, day: date) -> tuple[str, bool, tuple[str, ...]] | None:
    """What is in force on ``day``: its name, whether it is overdue, who else hears of it."""
    come = [moment for moment in moments(kind, starts_on, due_on) if moment[0] <= day]
    return come[-1][1:] if come else None


@cache
def moments(kind: str, starts_on: date, due_on: date) -> tuple[tuple[date, str, bool, tuple[str, ...]], ...]:
    """Every moment of a deadline up to the end of the year, from the oldest to the newest occasion."""
    before, after, weekly = MOMENTS[kind]
    found: list[tuple[date, str, bool, tuple[str, ...]]] = [
        (due_on - days * ONE, f"before_{days}", False, ()) for days in before if due_on - days * ONE >= starts_on
    ]
    last = due_on
    while not works(last):
        last -= ONE
    found.append((last, "due", False, ()))
    worked = _worked_after(due_on)
    found += [(worked[n - 1], f"after_{n}", True, told) for n, told in after.items() if n <= len(worked)]
    if weekly and len(worked) >= max(after):
        monday = worked[max(after) - 1]
        while monday <= LAST:
            monday += ONE
            if monday.weekday() == 0:
                found.append((monday, f"week_{monday.strftime('%Y%m%d')}", True, EVERYBODY))
    return tuple(found)


@cache
def _worked_after(day: date) -> list[date]:
    return _WORKED_DAYS[bisect_right(_WORKED_DAYS, day) :]


_WORKED_DAYS = [day for n in range(366) if works(day := date(2025, 1, 1) + n * ONE)]
