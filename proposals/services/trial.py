"""期限试算: what each rule of a session would give for a matter that starts on some day. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import DueDate, RuleSpec, Unit, capped, due_date
from proposals.models import AssignmentPolicy, Session
from proposals.models.deadlines import DeadlineKind, DeadlineRule
from proposals.rule_kinds import BOUNDS, EXTENSION_LIMIT, RULE_KINDS, start_event
from proposals.services.deadlines import DEFAULT_BOUNDS, rules_of


@dataclass(frozen=True)
class TrialLine:
    """One kind of time limit: its rule in words (empty: the session has none), the day, and how it came about."""

    kind: str
    label: str
    starts_at: str
    rule: str
    rolls: str
    is_default: bool
    due: DueDate | None


def trial(session: Session, proposal_kind: str, day: date, calendar: Calendar) -> Sequence[TrialLine]:
    """Every kind of time limit of ``session``, reckoned from ``day`` (two queries)."""
    rules = rules_of(session.pk, proposal_kind)
    policy = AssignmentPolicy.objects.filter(session=session).first() or AssignmentPolicy(session=session)
    lines = [_line(kind, label, rules.get(kind), day, calendar, policy) for kind, label in RULE_KINDS]
    reply = next((line.due for line in lines if line.kind == DeadlineKind.REPLY), None)
    return [_capped(line, reply) for line in lines]


def _line(
    kind: str, label: str, rule: DeadlineRule | None, day: date, calendar: Calendar, policy: AssignmentPolicy
) -> TrialLine:
    spec = rule.spec() if rule else DEFAULT_BOUNDS.get(kind)
    starts_at = start_event(kind)
    if kind == EXTENSION_LIMIT:
        starts_at = "原截止日" if policy.extension_basis == AssignmentPolicy.Basis.DUE else "起算日"
    return TrialLine(
        kind=kind,
        label=label,
        starts_at=starts_at,
        rule=rule.words if rule else _words(spec),
        rolls="" if spec is None else "顺延到下一个工作日" if spec.roll_forward else "不顺延",
        is_default=rule is None and kind in BOUNDS,
        due=due_date(spec, day, calendar) if spec else None,
    )


def _words(spec: RuleSpec | None) -> str:
    if spec is None:
        return ""
    return f"{spec.amount}{'个月' if spec.unit is Unit.MONTHS else '个工作日'}"


def _capped(line: TrialLine, reply: DueDate | None) -> TrialLine:
    if line.kind != DeadlineKind.OPINION or line.due is None or reply is None:
        return line
    due = capped(line.due, reply.due, reply.provisional)
    return TrialLine(**{**line.__dict__, "due": due})
