"""The offsets a new portal starts with; a city changes the rows in system management.

First the one who has to do it, once overdue the reviewer too, then the leader, in the end the office.
"""

from __future__ import annotations

from collections.abc import Iterator

from proposals.models import ReminderRule
from proposals.models.deadlines import DeadlineKind
from proposals.occasions import Timing

NOBODY_ELSE = ""
REVIEWER, LEADER, OFFICE = "r", "rl", "rlo"  # each step keeps the ones before it
STEPS = ((1, REVIEWER), (3, LEADER), (5, OFFICE))

# Kind: days before, working days after with the step of escalation, the step of the weekly one (None: no weekly one).
DEFAULTS: dict[str, tuple[tuple[int, ...], tuple[tuple[int, str], ...], str | None]] = {
    "": ((7, 3, 1), STEPS, OFFICE),
    DeadlineKind.RECEIPT: ((1,), ((1, REVIEWER), (2, LEADER), (5, OFFICE)), OFFICE),
    DeadlineKind.REPLY: ((30, 15, 7, 3, 1), STEPS, OFFICE),
    DeadlineKind.OPINION: ((15, 7, 3, 1), STEPS, OFFICE),
    DeadlineKind.FEEDBACK: ((7, 3), ((1, NOBODY_ELSE), (5, NOBODY_ELSE)), None),
    DeadlineKind.PUBLICATION: ((7, 3, 1), STEPS, OFFICE),
    DeadlineKind.PROMISE: ((30, 15, 7, 1), STEPS, OFFICE),
    DeadlineKind.REDO: ((30, 15, 7, 3, 1), STEPS, OFFICE),
    DeadlineKind.SLIP: ((7, 3, 1), ((1, LEADER), (3, OFFICE)), OFFICE),
    # Past its day nothing is asked any more of whoever was invited to sign.
    DeadlineKind.COSIGN: ((3, 1), (), None),
}


def default_rules() -> Iterator[ReminderRule]:
    """The rows, not yet stored."""
    for kind, (before, after, weekly) in DEFAULTS.items():
        for days in before:
            yield _rule(kind, Timing.BEFORE, days)
        yield _rule(kind, Timing.DUE)
        for days, told in after:
            yield _rule(kind, Timing.AFTER, days, told)
        if weekly is not None:
            yield _rule(kind, Timing.WEEKLY, 0, weekly)


def _rule(kind: str, timing: Timing, days: int = 0, told: str = NOBODY_ELSE) -> ReminderRule:
    return ReminderRule(
        kind=str(kind),
        timing=timing.value,
        days=days,
        tells_reviewer="r" in told,
        tells_leader="l" in told,
        tells_office="o" in told,
    )
