"""The figures a supervisor reads first on the lamp board, each with the list behind it."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from proposals.board import PROMISE_DAYS, Counts, Figure, week_of
from proposals.clocks import LATE, ON_TIME, OVERDUE
from proposals.models import Session, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can_see_contested
from proposals.workflow_requests import RequestState
from replies.statistics import Scope, by_punctuality, on_time_rate


def figures_of(
    user: User, counts: Counts, day: date, session: Session | None, *, chosen: Session | None = None
) -> list[Figure]:
    """Due this week, overdue, rate of replies in time, waiting for rating, promises due; contested assignments for
    whoever may see them. Rate and contested are of ``session``, one of ``contested.with_pending``; the rest counts
    ``counts``, which are of the session ``chosen`` (None: of all), and so are the lists behind it."""
    only: dict[str, object] = {"session": chosen.pk} if chosen else {}

    def owed(label: str, number: int, note: str, *, is_late: bool = False, **query: object) -> Figure:
        return Figure(label, str(number), _address("board", **query, **only), _named(chosen) + note, is_late)

    soon = day + timedelta(days=PROMISE_DAYS)
    promise, feedback = DeadlineKind.PROMISE, DeadlineKind.FEEDBACK
    found = [
        owed("本周到期", counts.this_week, "今天至周日", due_from=day, due_to=week_of(day)[1]),
        owed("已超期", counts.overdue, "未办完、已过截止日", is_late=counts.overdue > 0, lamp="overdue"),
        _rate(user, day, session),
        owed("待提案者反馈", counts.ratings, "征询意见期内", kind=feedback, due_from=day),
        owed("承诺将到期", counts.promises, f"{PROMISE_DAYS}天内到期或已过", kind=promise, due_to=soon),
    ]
    if can_see_contested(user):
        number = getattr(session, "pending_contested", 0)
        query = {"session": session.pk if session else "", "outcome": RequestState.PENDING.value}
        note = f"{_named(session)}申请改办待决定"
        found.append(Figure("争议交办", str(number), _address("contested-report", **query), note))
    return found


def _rate(user: User, day: date, session: Session | None) -> Figure:
    outcome = by_punctuality(Scope(user, day, session))
    rate = on_time_rate(outcome[ON_TIME], outcome[LATE], outcome[OVERDUE])
    note = f"按期 {outcome[ON_TIME].count} / 逾期 {outcome[LATE].count} / 超期未答复 {outcome[OVERDUE].count}"
    address = f"{reverse('proposal-list')}?{outcome[ON_TIME].query}"
    return Figure("按期办复率", rate, address, _named(session) + note)


def _named(session: Session | None) -> str:
    return f"{session.name}，" if session else ""


def _address(name: str, **query: object) -> str:
    return f"{reverse(name)}?{urlencode({key: str(value) for key, value in query.items()})}"
