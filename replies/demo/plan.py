"""Which case stands where, told in days before the day the demo is told on, and when each of its steps happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from panjin_portal.lib.clock import SHANGHAI
from replies.demo import themes_branches as branches
from replies.demo import themes_early as early
from replies.demo import themes_outcomes as outcomes
from replies.demo import themes_public as public
from replies.demo import themes_working as working
from replies.demo.stages import ROUTES, Stage, Step
from replies.demo.themes import Theme

# Days that lie between a step and the one before it.
GAPS = {
    Step.SUBMIT: 1,
    Step.RETURN: 4,
    Step.REJECT: 6,
    Step.REGISTER: 6,
    Step.MERGE: 2,
    Step.WITHDRAW: 2,
    Step.SUGGEST: 5,
    Step.PUBLIC_OPINION: 5,
    Step.ASSIGN: 9,
    Step.ACCEPT: 3,
    Step.DRAFT: 14,
    Step.OPINIONS: 11,
    Step.SEND: 6,
    Step.SEND_BACK: 2,
    Step.REVIEW: 2,
    Step.COUNTERSIGN: 3,
    Step.SIGN: 2,
    Step.ISSUE: 1,
    Step.RATE: 8,
    Step.PREPARE: 4,
    Step.START_RELEASE: 1,
    Step.RELEASE: 2,
    Step.UNPUBLISH: 5,
    Step.ASSIGN_SEPARATE: 9,
    Step.ASK_RETURN: 2,
    Step.REFUSE_RETURN: 2,
    Step.REASSIGN: 2,
    Step.ASK_EXTENSION: 8,
    Step.SUSPEND: 10,
    Step.REFUSE_COUNTERSIGN: 3,
    Step.RETURN_AUDIT: 2,
}
FIRST_MINUTE, BETWEEN_STEPS = time(8, 40), timedelta(minutes=23)


@dataclass(frozen=True)
class Planned:
    """A case and where it stands. ``ago``: days since its last step; ``due``: days until the reply is due (negative:
    overdue), ``opinion_due`` likewise; codes of co-handlers that have not signed for receipt (``pending``), not handed
    in (``silent``), whose leader has the opinion to sign (``held``), not countersigned (``unsigned``); ``then``: steps
    after the route of ``stage``; ``into``: title of the case it is merged into, two days before that is assigned;
    ``is_late``: typed as 会议提案 after the last day; ``is_open``: any member may sign it."""

    theme: Theme
    stage: Stage
    ago: int
    due: int | None = None
    opinion_due: int | None = None
    pending: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    unsigned: frozenset[str] = frozenset()
    then: tuple[Step, ...] = ()
    into: str = ""
    is_late: bool = False
    is_open: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every step of this case in order."""
        return (*ROUTES[self.stage], *self.then)


def _each(themes: Sequence[Theme], stage: Stage, *days: int) -> Iterable[Planned]:
    return (Planned(theme, stage, ago) for theme, ago in zip(themes, days, strict=True))


_SENT_BACK = (Step.SEND, Step.SEND_BACK)
_KEY_TO_AUDIT = (Step.MARK_KEY, Step.DRAFT, Step.SEND, Step.REVIEW)
# What leaves the straight path.
_BRANCHES: tuple[Planned, ...] = (
    Planned(branches.RETURN_ASKED, Stage.ASSIGNED, 1, due=52, then=(Step.ASK_RETURN,)),
    Planned(branches.RETURN_REFUSED, Stage.ASSIGNED, 2, due=48, then=(Step.ASK_RETURN, Step.REFUSE_RETURN)),
    Planned(branches.REASSIGNED, Stage.ASSIGNED, 2, due=50, then=(Step.ASK_RETURN, Step.REASSIGN)),
    Planned(branches.EXTENSION_ASKED, Stage.ACCEPTED, 1, due=8, then=(Step.ASK_EXTENSION,)),
    Planned(branches.EXTENDED, Stage.ACCEPTED, 2, due=5, then=(Step.ASK_EXTENSION, Step.GRANT_EXTENSION)),
    Planned(branches.SUSPENDED, Stage.ACCEPTED, 6, due=34, then=(Step.SUSPEND,)),
    Planned(branches.SPLIT, Stage.REGISTERED, 6, then=(Step.ASSIGN_SEPARATE, Step.ACCEPT)),
    Planned(branches.OBJECTED, Stage.COUNTERSIGNING, 1, due=12, opinion_due=-9, then=(Step.REFUSE_COUNTERSIGN,)),
    Planned(branches.TO_AUDIT, Stage.ACCEPTED, 1, due=16, then=_KEY_TO_AUDIT),
    Planned(branches.AUDITED_BACK, Stage.ACCEPTED, 1, due=11, then=(*_KEY_TO_AUDIT, Step.RETURN_AUDIT)),
    Planned(branches.DISSATISFIED, Stage.RATED, 2),
)

RUNNING: tuple[Planned, ...] = (
    Planned(early.DRAFTS[0], Stage.DRAFT, 2, is_open=True),
    Planned(early.DRAFTS[1], Stage.DRAFT, 3, then=(Step.INVITE,)),
    Planned(early.SUBMITTED[0], Stage.SUBMITTED, 1, then=(Step.REVIEW_STEPS,)),
    Planned(early.SUBMITTED[1], Stage.SUBMITTED, 5, is_late=True),
    Planned(early.SUBMITTED[2], Stage.SUBMITTED, 9),
    Planned(outcomes.MERGED, Stage.SUBMITTED, 0, then=(Step.MERGE,), into=working.ISSUED[0].title),
    Planned(outcomes.WITHDRAWN, Stage.REGISTERED, 7, then=(Step.WITHDRAW,)),
    Planned(outcomes.SUGGESTION, Stage.SUBMITTED, 12, then=(Step.SUGGEST,)),
    Planned(outcomes.PUBLIC_OPINION, Stage.SUBMITTED, 14, then=(Step.PUBLIC_OPINION,)),
    *_each(early.RETURNED, Stage.RETURNED, 3, 11),
    *_each(early.REJECTED, Stage.REJECTED, 16),
    *_each(early.REGISTERED, Stage.REGISTERED, 1, 4, 8),
    Planned(early.ASSIGNED[0], Stage.ASSIGNED, 2, due=75, opinion_due=40, then=(Step.MARK_KEY,)),
    Planned(early.ASSIGNED[1], Stage.ASSIGNED, 15, due=45, opinion_due=20),
    Planned(early.ASSIGNED[2], Stage.ASSIGNED, 6, due=54),
    Planned(early.ACCEPTED[0], Stage.ACCEPTED, 24, due=-2, opinion_due=-5, pending=frozenset({"gaj"})),
    Planned(early.ACCEPTED[1], Stage.ACCEPTED, 30, due=-4, opinion_due=-9),
    Planned(early.ACCEPTED[2], Stage.ACCEPTED, 12, due=40),
    Planned(working.DRAFTING[0], Stage.DRAFTING, 3, due=9, opinion_due=1, held=frozenset({"ysj"}), then=_SENT_BACK),
    Planned(working.DRAFTING[1], Stage.DRAFTING, 4, due=2),
    Planned(working.DRAFTING[2], Stage.DRAFTING, 5, due=26, opinion_due=1, silent=frozenset({"nyncj"})),
    Planned(working.DRAFTING[3], Stage.DRAFTING, 8, due=-12, opinion_due=-15, then=(Step.SUPERVISE,)),
    Planned(working.REVIEWING[0], Stage.REVIEWING, 2, due=6),
    Planned(working.REVIEWING[1], Stage.REVIEWING, 1, due=18, opinion_due=2),
    Planned(working.COUNTERSIGNING[0], Stage.COUNTERSIGNING, 1, due=5, opinion_due=-8),
    Planned(
        working.COUNTERSIGNING[1],
        Stage.COUNTERSIGNING,
        4,
        due=13,
        opinion_due=-6,
        unsigned=frozenset({"gaj"}),
        then=(Step.COUNTERSIGN,),
    ),
    Planned(working.SIGNING[0], Stage.SIGNING, 1, due=4, opinion_due=-10),
    Planned(working.SIGNING[1], Stage.SIGNING, 5, due=-2),
    Planned(working.SIGNED[0], Stage.SIGNED, 1, due=3, opinion_due=-12),
    *_each(working.ISSUED[:1], Stage.ISSUED, 31),
    Planned(working.ISSUED[1], Stage.ISSUED, 3, then=(Step.PREPARE, Step.WITHHOLD)),
    *_each(working.RATED, Stage.RATED, 3),
    Planned(public.PREPARING[0], Stage.RATED, 2, then=(Step.PREPARE,)),
    *_each(public.RELEASING, Stage.RELEASING, 2),
    *_each(public.PUBLISHED, Stage.PUBLISHED, 12, 33),
    *_each(public.UNPUBLISHED, Stage.UNPUBLISHED, 20),
    *_BRANCHES,
)


def moments(steps: Sequence[Step], last: date) -> list[datetime]:
    """When each step happened, the last one on ``last`` or the working day before; later steps later in the day."""
    days = [last]
    for step in reversed(steps[1:]):
        days.append(days[-1] - timedelta(days=GAPS.get(step, 1)))
    return [_moment(day, place) for place, day in enumerate(reversed(days))]


def moments_on(dates: dict[Step, date]) -> list[tuple[Step, datetime]]:
    """The same for steps whose dates are known."""
    return moments_of(dates.items())


def moments_of(steps: Iterable[tuple[Step, date]]) -> list[tuple[Step, datetime]]:
    """The same where a step is taken twice."""
    return [(step, _moment(day, place)) for place, (step, day) in enumerate(steps)]


def _moment(day: date, place: int) -> datetime:
    working_day = day - timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(working_day, FIRST_MINUTE, SHANGHAI) + place * BETWEEN_STEPS
