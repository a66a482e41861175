"""Opening, meeting, moving and dropping deadlines. Callers hold the lock of the proposal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from panjin_portal.lib.kept import Kept, KeptUpdate, insert
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import ByHand, DueDate, RuleSpec, Unit, due_date, reckon, set_by_hand
from proposals.errors import InvalidInput
from proposals.models import Assignment, Bureau, Deadline, DeadlineRule, Proposal, Proposer, SupervisionSlip
from proposals.models.deadlines import DeadlineKind
from proposals.rule_kinds import BOUNDS, EXTENSION_LIMIT, RETURN_WINDOW, label_of

# Running, or standing still with its case: what is done or dropped meanwhile shall not start again.
_RUNNING = Q(cancelled_at=None) | Q(is_suspended=True)
# Ended because nobody answered: an answer that comes after all still meets it.
_LAPSED = Q(lapsed_at__isnull=False)


def rules_for(proposal: Proposal) -> dict[str, DeadlineRule]:
    """The rules that hold for ``proposal``, by kind (one query): one made for its kind of proposal goes before the
    session's general one."""
    return rules_of(proposal.session_id, proposal.kind)


def rules_of(session_id: int, proposal_kind: str) -> dict[str, DeadlineRule]:
    """The rules of a session for one kind of proposal, by kind (one query)."""
    return {rule.kind: rule for rule in _rules(session_id, proposal_kind)}


@Kept
def _rules(session: int, proposal_kind: str) -> QuerySet[DeadlineRule]:
    rules = DeadlineRule.objects.filter(session=session, proposal_kind__in=("", proposal_kind))
    return rules.order_by("proposal_kind")


DEFAULT_BOUNDS = {
    RETURN_WINDOW: RuleSpec(label_of(RETURN_WINDOW), Unit.WORKING_DAYS, amount=5),
    EXTENSION_LIMIT: RuleSpec(label_of(EXTENSION_LIMIT), Unit.MONTHS, amount=1, roll_forward=False),
}


def bounds_for(proposal: Proposal) -> dict[str, RuleSpec]:
    """The limits of returns and extensions that hold for ``proposal``, by kind; the defaults where its session has none
    (one query)."""
    return DEFAULT_BOUNDS | {kind: rule.spec() for kind, rule in rules_for(proposal).items() if kind in BOUNDS}


def open_deadline(
    *,
    proposal: Proposal,
    kind: str,
    recipient_role: str,
    link: str,
    starts_on: date,
    calendar: Calendar,
    whose: Bureau | Proposer,
    assignment: Assignment | None = None,
    chosen: date | None = None,
    reason: str = "",
    reference: str = "",
) -> Deadline | None:
    """Start the clock of ``kind`` for ``whose``. The day comes from the session's rule, or is ``chosen`` by hand with a
    ``reason``. None when there is neither rule nor chosen day: such a step has no deadline in this session.
    ``reference`` tells several clocks of one kind and owner apart (each promise has its own)."""
    rule = rules_for(proposal).get(kind)
    deadline = build_deadline(
        proposal=proposal,
        kind=kind,
        rule=rule,
        recipient_role=recipient_role,
        link=link,
        starts_on=starts_on,
        calendar=calendar,
        whose=whose,
        assignment=assignment,
        chosen=chosen,
        reason=reason,
        reference=reference,
    )
    if deadline is not None:
        deadline.save(force_insert=True)
    return deadline


def build_deadline(
    *,
    proposal: Proposal,
    kind: str,
    rule: DeadlineRule | None,
    recipient_role: str,
    link: str,
    starts_on: date,
    calendar: Calendar,
    whose: Bureau | Proposer,
    assignment: Assignment | None = None,
    chosen: date | None = None,
    reason: str = "",
    reference: str = "",
) -> Deadline | None:
    """The row ``open_deadline`` would save, unsaved and without a query: for callers that open many at once."""
    spec = rule.spec() if rule else None
    computed = due_date(spec, starts_on, calendar) if spec else None
    by_hand = None
    if chosen is not None and (computed is None or chosen != computed.due):
        by_hand = _chosen_by_hand(spec, chosen, starts_on, reason, calendar)
        due = reckon(spec, starts_on, calendar, by_hand=by_hand)
    elif computed is not None:
        due, reason = computed, ""
    else:
        return None
    return Deadline(
        proposal=proposal,
        assignment=assignment,
        kind=kind,
        bureau=whose if isinstance(whose, Bureau) else None,
        proposer=whose if isinstance(whose, Proposer) else None,
        recipient_role=recipient_role,
        starts_on=starts_on,
        due_on=due.due,
        is_provisional=due.provisional,
        rule=rule,
        explanation=due.explanation,
        change_reason=reason,
        hand_due_on=by_hand.due if by_hand else None,
        hand_set_on=by_hand.on if by_hand else None,
        hand_words=by_hand.words if by_hand else "",
        link=link,
        reference=reference,
    )


@dataclass(frozen=True)
class Clock:
    """A clock to be started by the session's rule for each of ``owners``. ``reference``: as in ``open_deadline``."""

    kind: str
    recipient_role: str
    link: str
    owners: Sequence[Bureau | Proposer]
    reference: str = ""


def start_clocks(*, proposal: Proposal, starts_on: date, calendar: Calendar, clocks: Iterable[Clock]) -> list[Deadline]:
    """Start every one of ``clocks`` for each of its owners on whom it does not run yet: three queries for any number.
    A kind without a rule in this session has no deadline."""
    rules = rules_for(proposal)
    running = set(_running(proposal.pk))
    rows = [
        build_deadline(
            proposal=proposal,
            kind=clock.kind,
            rule=rules.get(clock.kind),
            recipient_role=clock.recipient_role,
            link=clock.link,
            starts_on=starts_on,
            calendar=calendar,
            whose=owner,
            reference=clock.reference,
        )
        for clock in clocks
        for owner in clock.owners
        if (clock.kind, clock.reference, *_key_of(owner)) not in running
    ]
    return insert(row for row in rows if row is not None)


@Kept
def _running(proposal: int) -> QuerySet[Deadline, tuple[str, str, int | None, int | None]]:
    rows = Deadline.objects.filter(proposal=proposal, met_at=None, cancelled_at=None)
    return rows.values_list("kind", "reference", "bureau_id", "proposer_id")


def meet_deadline(*, proposal: Proposal, kind: str, whose: Bureau | Proposer, reference: str = "") -> None:
    """Stop the clock: what was due has been done. Nothing happens when no such clock runs. One that stands still with
    its case is met too: it shall not start again."""
    _open_rows(proposal, kind, whose, reference).update(met_at=now())


def drop_deadline(*, proposal: Proposal, kind: str, whose: Bureau | Proposer, reference: str = "") -> None:
    """Stop the clock of what is not due any more."""
    _open_rows(proposal, kind, whose, reference).update(cancelled_at=now(), is_suspended=False, lapsed_at=None)


def drop_kind(*, proposal: Proposal, kind: str, reference: str) -> None:
    """Stop every open clock of one kind of the case that is about ``reference``, whoever owes it."""
    rows = Deadline.objects.filter(proposal=proposal, kind=kind, reference=reference, met_at=None)
    rows.filter(_RUNNING | _LAPSED).update(cancelled_at=now(), is_suspended=False, lapsed_at=None)


def end_clocks(*, proposal: Proposal, answered_by: Bureau, assignments: Iterable[Assignment]) -> None:
    """The whole case is answered: the reply of ``answered_by`` is met, what ``assignments`` still owe is dropped (one
    statement)."""
    _end(proposal.pk, answered_by.pk, tuple(row.pk for row in assignments), now())


@KeptUpdate
def _end(
    proposal: int, bureau: int, assignments: tuple[int, ...], moment: datetime
) -> tuple[QuerySet[Deadline], dict[str, Any]]:
    met = Q(kind=DeadlineKind.REPLY, bureau=bureau, reference="")
    owed = Q(assignment__in=assignments, cancelled_at=None)
    return Deadline.objects.filter(_RUNNING & met | owed, proposal=proposal, met_at=None), {
        "met_at": Case(When(met, then=Value(moment))),
        "cancelled_at": Case(When(met, then="cancelled_at"), default=Value(moment)),
    }


def cancel_deadlines(*, assignment: Assignment) -> None:
    """Drop the open clocks of an assignment that is no more."""
    Deadline.objects.filter(assignment=assignment, met_at=None, cancelled_at=None).update(cancelled_at=now())


def move_deadline(
    deadline: Deadline, *, to: date, reason: str, calendar: Calendar, how: str = "人工确定为", why: str = ""
) -> None:
    """Set another day by hand. The version goes up, so reminders of the old day no longer count. ``how`` and ``why``:
    how the sentence tells it where that is not ``reason``."""
    spec = deadline.rule.spec() if deadline.rule else None
    by_hand = _chosen_by_hand(spec, to, deadline.starts_on, why or reason, calendar, how)
    due = reckon(spec, deadline.starts_on, calendar, by_hand=by_hand)
    Deadline.objects.filter(pk=deadline.pk).update(
        due_on=due.due,
        is_provisional=due.provisional,
        explanation=due.explanation,
        change_reason=reason,
        hand_due_on=by_hand.due,
        hand_set_on=by_hand.on,
        hand_words=by_hand.words,
        version=F("version") + 1,
    )
    keep_slips_in_step([(deadline, due)])


def keep_slips_in_step(moved: Iterable[tuple[Deadline, DueDate]]) -> None:
    """A slip prints the day of its clock, so it follows when that changes (one statement for each day)."""
    days: dict[tuple[date, bool], list[int]] = {}
    for row, due in moved:
        if row.kind == DeadlineKind.SLIP and row.reference.startswith("slip:"):
            days.setdefault((due.due, due.provisional), []).append(int(row.reference.removeprefix("slip:")))
    for (day, provisional), slips in days.items():
        SupervisionSlip.objects.filter(pk__in=slips).update(due_on=day, due_is_provisional=provisional)


def _key_of(owner: Bureau | Proposer) -> tuple[int | None, int | None]:
    return (owner.pk, None) if isinstance(owner, Bureau) else (None, owner.pk)


def _open_rows(proposal: Proposal, kind: str, whose: Bureau | Proposer, reference: str = "") -> QuerySet[Deadline]:
    owner = {"bureau": whose} if isinstance(whose, Bureau) else {"proposer": whose}
    rows = Deadline.objects.filter(proposal=proposal, kind=kind, reference=reference, met_at=None, **owner)
    return rows.filter(_RUNNING | _LAPSED)


def _chosen_by_hand(
    rule: RuleSpec | None, day: date, starts_on: date, reason: str, calendar: Calendar, how: str = "人工确定为"
) -> ByHand:
    if day < starts_on:
        raise InvalidInput({"due_on": f"截止日不能早于起算日{long_date(starts_on)}。"})
    if not reason.strip():
        raise InvalidInput({"reason": "改动系统算出的日期，请写明理由。"})
    told = f"{how}{long_date(day)}，理由：{reason.strip().rstrip('。')}"
    return set_by_hand(rule, starts_on, day, calendar, how=told, on=today())
