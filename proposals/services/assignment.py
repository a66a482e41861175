"""Assignment by the supervision office: who answers, who helps, until when; and what may be changed afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.workdays import Calendar
from proposals.deadlines import NOT_AFTER_REPLY, DueDate, capped, due_date
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Assignment, Bureau, Deadline, DeadlineRule, Proposal, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import cancel_deadlines, move_deadline, rules_for
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import clerks_of, notify
from proposals.services.requests import lock_assignment
from proposals.services.shares import Start, start_clocks_of, usable_bureaus
from proposals.services.wording import demand_text, one_line
from proposals.workflow import ASSIGNMENT, PROPOSAL, AssignmentState

NOTE_MAX = 300
REASON_MAX = 200


@dataclass(frozen=True)
class PlannedDates:
    """What the rules of the session give for one start day; None where the session has no such rule.
    A co-handler's opinion is never due after the reply it goes into."""

    reply: DueDate | None
    opinion: DueDate | None
    opinion_is_capped: bool = False


def planned_dates(proposal: Proposal, starts_on: date) -> PlannedDates:
    """The two dates the assignment form offers (two queries)."""
    return _plan(rules_for(proposal), starts_on, load_calendar())


@transaction.atomic
def assign(
    actor: User,
    *,
    proposal: Proposal,
    lead: Bureau | None = None,
    co_handlers: Sequence[Bureau] = (),
    separate: Sequence[Bureau] = (),
    note: str = "",
    reply_due: date | None = None,
    opinion_due: date | None = None,
    reason: str = "",
) -> list[Assignment]:
    """Hand the proposal to ``lead`` (独办, or 主办 with ``co_handlers``), or to each of ``separate`` (分办), open the
    deadlines and tell the clerks.

    The dates come from the rules; another date needs ``reason``. Returns the assignments, the lead's first.
    Raises InvalidInput at lead, co_handlers, separate, note, reply_due, opinion_due or reason.
    """
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "assign", locked))
    helpers = list(dict.fromkeys(co_handlers))
    answering = _check_bureaus(lead, helpers, list(dict.fromkeys(separate)))
    note = one_line(demand_text(note, field="note", most=NOTE_MAX))
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX))
    starts_on, calendar, rules = today(), load_calendar(), rules_for(locked)
    plan = _plan(rules, starts_on, calendar)
    reply_on = _settled("reply_due", reply_due, plan.reply, starts_on, reason)
    opinion_on, why = None, reason
    if helpers:
        opinion_on = _settled("opinion_due", opinion_due, plan.opinion, starts_on, reason, latest=reply_on)
        if plan.opinion_is_capped and plan.opinion and opinion_on == plan.opinion.due:
            why = reason or NOT_AFTER_REPLY

    moment = now()
    first = Assignment.Role.SEPARATE if separate else Assignment.Role.LEAD if helpers else Assignment.Role.SOLE
    roles = [first] * len(answering) + [Assignment.Role.CO_HANDLER] * len(helpers)
    assignments = Assignment.objects.bulk_create(
        Assignment(proposal=locked, bureau=bureau, role=role, note=note, assigned_by=actor, assigned_at=moment)
        for bureau, role in zip([*answering, *helpers], roles, strict=True)
    )
    start = Start(starts_on, calendar, rules)
    days = {True: (reply_on, reason), False: (opinion_on, why)}
    clocks = [
        clock
        for row in assignments
        for clock in start_clocks_of(row, start, due=days[row.is_answering][0], reason=days[row.is_answering][1])
    ]
    Deadline.objects.bulk_create(clocks)

    locked.state = PROPOSAL.get("assign").target or locked.state
    locked.assigned_at = moment
    locked.save(update_fields=["state", "assigned_at"])
    record_event(
        actor,
        proposal=locked,
        kind="assign",
        post=post,
        text=_words(answering, helpers, clocks, reason),
        data={
            ("separate" if separate else "lead"): [b.pk for b in answering] if separate else answering[0].pk,
            "co_handlers": [bureau.pk for bureau in helpers],
        },
    )
    page = reverse("proposal-detail", args=[locked.pk])
    told = clerks_of(bureau.pk for bureau in (*answering, *helpers))
    notify(told, text=say("assigned", locked), link=page, but=actor)
    return assignments


@transaction.atomic
def withdraw_assignment(actor: User, *, assignment: Assignment, reason: str) -> Assignment:
    """撤销 a co-handler that has not yet signed for receipt; its deadlines are dropped and its clerks are told."""
    locked, current = lock_assignment(assignment.pk, assignment.proposal_id)
    post = insist(can(fresh(actor), "withdraw", current))
    insist_on_co_handler(current)
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明撤销的理由。"))
    current.state = ASSIGNMENT.get("withdraw").target or current.state
    current.save(update_fields=["state"])
    cancel_deadlines(assignment=current)
    text = f"撤销{current.bureau.short_name}的会办：{reason}"
    record_event(actor, proposal=locked, kind="withdraw", post=post, text=text, data={"bureau": current.bureau_id})
    link = reverse("notice-list")  # the case is no longer theirs to open
    notify(clerks_of([current.bureau_id]), text=say("no_longer_helping", locked, reason=reason), link=link, but=actor)
    return current


@transaction.atomic
def change_due_date(actor: User, *, deadline: Deadline, due_on: date, reason: str) -> Deadline:
    """Move an open deadline by hand. Raises InvalidInput (due_on, reason), and WrongStage for one that is over."""
    locked = lock_proposal(deadline.proposal_id)
    current = Deadline.objects.select_related("bureau", "proposer", "rule").get(pk=deadline.pk)
    post = insist(can(fresh(actor), "change_due_date", locked))
    insist_on_open(current)
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明调整期限的理由。"))
    if due_on == current.due_on:
        raise InvalidInput({"due_on": "新日期与现在的截止日相同，请填写另一个日期。"})
    if due_on < today():
        raise InvalidInput({"due_on": "新日期已经过去，请填写今天或以后的日期。"})
    old = current.due_on
    move_deadline(current, to=due_on, reason=reason, calendar=load_calendar())
    text = f"{current.whose}的{current.get_kind_display()}期限由{old}调整为{due_on}：{reason}"
    data = {"deadline": current.pk, "from": old.isoformat(), "to": due_on.isoformat()}
    record_event(actor, proposal=locked, kind="change_due_date", post=post, text=text, data=data)
    if current.bureau_id:
        notice = say("due_date_changed", locked, what=current.get_kind_display(), until=due_on)
        notify(clerks_of([current.bureau_id]), text=notice, link=current.link, but=actor)
    current.refresh_from_db()
    return current


def insist_on_co_handler(assignment: Assignment) -> None:
    """Refuse (WrongStage) to withdraw the bureau that answers: without it nobody would."""
    if assignment.is_answering:
        raise WrongStage("主办单位不能撤销，否则无人答复；只有尚未签收的会办单位可以撤销。")


def insist_on_open(deadline: Deadline) -> None:
    """Refuse (WrongStage) a deadline whose clock no longer runs."""
    if deadline.met_at or deadline.cancelled_at:
        raise StateChanged("这项期限已经" + ("完成" if deadline.met_at else "取消") + "，不能再调整。")
    if deadline.kind == DeadlineKind.PROMISE:
        raise WrongStage("承诺的日期由责任单位在承诺台账里结转，写明理由，不在这里调整。")


def _plan(rules: dict[str, DeadlineRule], starts_on: date, calendar: Calendar) -> PlannedDates:
    def computed(kind: str) -> DueDate | None:
        return due_date(rules[kind].spec(), starts_on, calendar) if kind in rules else None

    reply, opinion = computed(DeadlineKind.REPLY), computed(DeadlineKind.OPINION)
    if reply and opinion and opinion.due > reply.due:
        return PlannedDates(reply, capped(opinion, reply.due, reply.provisional), opinion_is_capped=True)
    return PlannedDates(reply, opinion)


def _check_bureaus(lead: Bureau | None, helpers: list[Bureau], separate: list[Bureau]) -> list[Bureau]:
    """The bureaus that answer: ``lead`` alone, or all of ``separate``."""
    answering = separate or ([lead] if lead else [])
    fit = usable_bureaus(bureau.pk for bureau in (*answering, *helpers))
    errors: dict[str, str] = {}
    if separate:
        if lead or helpers:
            errors["separate"] = "分办时各单位分别答复，不另选主办和会办单位。"
        elif len(separate) < 2:
            errors["separate"] = "分办至少选择两个单位；只有一个单位的，请选主办单位独办。"
        elif any(bureau.pk not in fit for bureau in separate):
            errors["separate"] = "分办单位中有停用的单位，请重新选择。"
    elif lead is None:
        errors["lead"] = "请选择主办单位。"
    elif lead.pk not in fit:
        errors["lead"] = "请选择一个在用的承办单位。"
    if lead is not None and lead in helpers:
        errors["co_handlers"] = f"{lead.short_name}已是主办单位，不能同时会办。"
    elif any(bureau.pk not in fit for bureau in helpers):
        errors["co_handlers"] = "会办单位中有停用的单位，请重新选择。"
    if errors:
        raise InvalidInput(errors)
    return answering


def _settled(
    field: str,
    chosen: date | None,
    computed: DueDate | None,
    starts_on: date,
    reason: str,
    latest: date | None = None,
) -> date:
    """The day that counts: the chosen one or the computed one. Raises InvalidInput at ``field`` or reason."""
    day = chosen or (computed.due if computed else None)
    if day is None:
        raise InvalidInput({field: "本届没有这项期限规则，请填写日期并写明理由。"})
    if day < starts_on:
        raise InvalidInput({field: "截止日不能早于今天。"})
    if (computed is None or day != computed.due) and not reason:
        raise InvalidInput({"reason": "改动了按规则算出的日期，请写明理由。"})
    if latest is not None and day > latest:
        raise InvalidInput({field: f"会办意见要供主办单位使用，不能晚于答复截止日 {latest}。"})
    return day


def _words(answering: list[Bureau], helpers: list[Bureau], clocks: list[Deadline], reason: str) -> str:
    how = "分办" if len(answering) > 1 else "主办" if helpers else "独办"
    text = f"交办{'、'.join(bureau.short_name for bureau in answering)}{how}"
    if helpers:
        text += "，" + "、".join(bureau.short_name for bureau in helpers) + "会办"
    days = {row.kind: row.shown_due for row in clocks}
    text += f"；答复截止日{days[DeadlineKind.REPLY]}"
    text += f"，会办意见截止日{days[DeadlineKind.OPINION]}" if DeadlineKind.OPINION in days else ""
    return text + (f"；改期理由：{reason}" if reason else "")


def is_withdrawable(assignment: Assignment) -> bool:
    """Whether the office may still withdraw it: a co-handler that has not signed for receipt."""
    return not assignment.is_answering and assignment.state == AssignmentState.PENDING
