"""Working-day arithmetic on a calendar table with holidays and make-up days (调休).

Pure: the table comes in as an argument, whoever keeps it (a database table, the official seed, a test).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Which days are worked.

    `days` holds the exceptions only: True for a working day (make-up day), False for a day off. A date without a
    row follows the week: Monday to Friday are worked. `known_until` is the last date whose arrangement has been
    announced; None means that none has.
    """

    days: Mapping[date, bool]
    known_until: date | None

    def is_working(self, day: date) -> bool:
        """Whether people are at work on `day`."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, day: date) -> bool:
        """Whether the arrangement for `day` has not been announced yet, so that it may still change."""
        return self.known_until is None or day > self.known_until

    def roll_forward(self, day: date) -> date:
        """`day` itself when it is worked, otherwise the next working day."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, amount: int) -> date:
        """The `amount`-th working day after `day`; `day` itself is not counted, worked or not.

        ValueError when `amount` is not positive.
        """
        if amount < 1:
            raise ValueError("the number of working days must be positive")
        for _ in range(amount):
            day = self.roll_forward(day + ONE_DAY)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before `start`.

        The inverse of `add_working_days`: between(d, add(d, n)) is n.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(1 for day in _days_after(start, end) if self.is_working(day))


def _days_after(start: date, end: date) -> Iterator[date]:
    for offset in range(1, (end - start).days + 1):
        yield start + timedelta(days=offset)
