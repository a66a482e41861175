"""Supervision slips (督办单) from the office's side: issuing, deciding on the report, withdrawing (DOMAIN 1.13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Bureau, Deadline, Post, Proposal, Role, SlipAnswer, SupervisionSlip, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions_supervision import can, may_issue_slip
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import build_deadline, drop_deadline, rules_for
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import notify, staff_of
from proposals.services.wording import demand_text, one_line, too_far
from proposals.workflow import AssignmentState
from proposals.workflow_supervision import SLIP

TEXT_MAX, REASON_MAX, KEY_MAX = 2000, 200, 40
BY_HAND = "督办单确定的期限"


@dataclass(frozen=True)
class Subject:
    """What of the case a slip is about, as the floor above names it, and its page."""

    text: str
    link: str


def bureaus_at_work(proposal: Proposal) -> list[Bureau]:
    """Who can be given a slip about ``proposal``: the bureaus that have or had to handle it (two queries at most)."""
    shares = proposal.assignments.exclude(state=AssignmentState.WITHDRAWN).select_related("bureau").order_by("id")
    found = [share.bureau for share in shares]
    outside = proposal.answered_outside_by
    return found or ([outside] if outside else [])


@transaction.atomic
def issue_slip(
    actor: User,
    *,
    proposal: Proposal,
    bureau: Bureau,
    text: str,
    key: str,
    due_on: date | None = None,
    subject: Subject | None = None,
) -> SupervisionSlip:
    """发督办单: the bureau owes a report by ``due_on``, or by the day the session's rule gives. The same ``key`` a
    second time gives the first slip. Raises InvalidInput (bureau, text, due_on)."""
    locked = lock_proposal(proposal.pk)
    post = insist(may_issue_slip(fresh(actor), locked))
    if not key or len(key) > KEY_MAX:
        raise InvalidInput({"": "表单已失效，请重新打开后再发。"})
    done = SupervisionSlip.objects.filter(proposal=locked, key=key).first()
    if done is not None:
        return done
    text = demand_text(text, field="text", most=TEXT_MAX, missing="请写明督办的要求。")
    if bureau not in bureaus_at_work(locked):
        raise InvalidInput({"bureau": "请选择办理这件提案的单位。"})
    _check_day(due_on)
    clock = _clock(locked, bureau, due_on)
    slip = _enter(actor, locked, post, bureau, text, key, clock, subject)
    _start(clock, slip)
    words = f"发出督办单（{slip}）：{bureau.short_name}，{_day(slip)}前报送"
    _tell(actor, locked, slip, post, "issue_slip", words)
    return slip


@transaction.atomic
def accept_answer(actor: User, *, slip: SupervisionSlip, opinion: str = "", seen: int | None = None) -> SupervisionSlip:
    """同意办结. ``seen``: number of the report that was read; WrongStage when another has come in since."""
    accepted = SlipAnswer.Decision.ACCEPTED
    locked, current, post, answer = _decide(actor, slip, "accept_slip", accepted, opinion, "", seen)
    current.closed_at = now()
    current.save(update_fields=["state", "closed_at"])
    _tell(actor, locked, current, post, "accept_slip", f"督办单（{current}）办结", answer)
    return current


@transaction.atomic
def return_answer(
    actor: User, *, slip: SupervisionSlip, opinion: str, due_on: date | None = None, seen: int | None = None
) -> SupervisionSlip:
    """退回重报, with the opinion of the office and a new day; the draft begins with what was handed in. ``seen`` as in
    ``accept_answer``. Raises InvalidInput (opinion, due_on)."""
    _check_day(due_on)
    locked, current, post, answer = _decide(
        actor, slip, "return_slip", SlipAnswer.Decision.RETURNED, opinion, "请写明哪里要重新报送。", seen
    )
    clock = _clock(locked, current.bureau, due_on)
    current.draft, current.version = answer.text, current.version + 1
    current.due_on, current.due_is_provisional = clock.due_on, clock.is_provisional
    current.save(update_fields=["state", "draft", "version", "due_on", "due_is_provisional"])
    _start(clock, current)
    words = f"督办单（{current}）退回重报，{_day(current)}前报送"
    _tell(actor, locked, current, post, "return_slip", words, answer)
    return current


@transaction.atomic
def withdraw_slip(actor: User, *, slip: SupervisionSlip, reason: str) -> SupervisionSlip:
    """撤回督办单: its clock stops, its number is not used again. Raises InvalidInput (reason)."""
    locked, current, post = locked_slip(actor, slip, "withdraw_slip")
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明撤回的理由。"))
    current.state = SLIP.get("withdraw_slip").target or current.state
    current.withdraw_reason, current.closed_at = reason, now()
    current.save(update_fields=["state", "withdraw_reason", "closed_at"])
    drop_deadline(proposal=locked, kind=DeadlineKind.SLIP, whose=current.bureau, reference=current.reference)
    _tell(actor, locked, current, post, "withdraw_slip", f"撤回督办单（{current}）：{reason}")
    return current


def locked_slip(actor: User, slip: SupervisionSlip, action: str) -> tuple[Proposal, SupervisionSlip, Post]:
    """The case, locked; the slip read anew; the post ``actor`` acts in. Raises NotAllowed, WrongStage."""
    locked = lock_proposal(slip.proposal_id)
    current = SupervisionSlip.objects.select_related("bureau").get(pk=slip.pk)
    current.proposal = locked
    return locked, current, insist(can(fresh(actor), action, current))


def _decide(
    actor: User,
    slip: SupervisionSlip,
    action: str,
    decision: SlipAnswer.Decision,
    opinion: str,
    missing: str,
    seen: int | None,
) -> tuple[Proposal, SupervisionSlip, Post, SlipAnswer]:
    locked, current, post = locked_slip(actor, slip, action)
    opinion = demand_text(opinion, field="opinion", most=TEXT_MAX, missing=missing)
    answer = current.answers.latest("number")
    if seen is not None and seen != answer.number:
        raise StateChanged(
            f"您打开页面之后，承办单位又作了第{answer.number}次报送。没有记入审核意见，请先看过新的报送。"
        )
    answer.decision, answer.opinion = decision.value, opinion
    answer.decided_by, answer.decided_at = actor, now()
    answer.save(update_fields=["decision", "opinion", "decided_by", "decided_at"])
    current.state = SLIP.get(action).target or current.state
    return locked, current, post, answer


def _day(slip: SupervisionSlip) -> str:
    return f"{long_date(slip.due_on)}{'（暂定）' if slip.due_is_provisional else ''}"


def _check_day(due_on: date | None) -> None:
    if due_on is not None and due_on < today():
        raise InvalidInput({"due_on": "期限不能早于今天。"})
    if too_far(due_on):
        raise InvalidInput({"due_on": "期限太远，请核对年份。"})


def _enter(
    actor: User,
    proposal: Proposal,
    post: Post,
    bureau: Bureau,
    text: str,
    key: str,
    clock: Deadline,
    subject: Subject | None,
) -> SupervisionSlip:
    """The row with the next number of the year; see ``urging``."""
    office = Bureau.objects.select_for_update(no_key=True).filter(kind=Bureau.Kind.SUPERVISION).order_by("pk").first()
    year = today().year
    last = SupervisionSlip.objects.filter(year=year).aggregate(top=Max("serial"))["top"] or 0
    return SupervisionSlip.objects.create(
        proposal=proposal,
        bureau=bureau,
        word=f"{(office.document_word if office else '') or '督'}办",
        year=year,
        serial=last + 1,
        subject=one_line(subject.text)[:300] if subject else "",
        subject_link=subject.link if subject else "",
        text=text,
        due_on=clock.due_on,
        due_is_provisional=clock.is_provisional,
        key=key,
        issued_by=actor,
        post=post,
        issued_at=now(),
    )


def _clock(proposal: Proposal, bureau: Bureau, chosen: date | None) -> Deadline:
    """The unsaved clock of a report. Raises InvalidInput (due_on) where there is neither a rule nor a chosen day."""
    clock = build_deadline(
        proposal=proposal,
        kind=DeadlineKind.SLIP,
        rule=rules_for(proposal).get(DeadlineKind.SLIP),
        recipient_role=Role.CLERK,
        link="",
        starts_on=today(),
        calendar=load_calendar(),
        whose=bureau,
        chosen=chosen,
        reason=BY_HAND,
    )
    if clock is None:
        raise InvalidInput({"due_on": "这一届没有督办单的期限规则，请填写期限。"})
    return clock


def _start(clock: Deadline, slip: SupervisionSlip) -> None:
    """The clock runs for ``slip``, whose day it is kept on too."""
    clock.reference, clock.link = slip.reference, reverse("slip-detail", args=[slip.pk])
    clock.save(force_insert=True)


def _tell(
    actor: User,
    proposal: Proposal,
    slip: SupervisionSlip,
    post: Post,
    action: str,
    words: str,
    answer: SlipAnswer | None = None,
) -> None:
    data = {"slip": slip.pk, **({"answer": answer.number} if answer else {})}
    record_event(actor, proposal=proposal, kind=action, post=post, text=words, data=data)
    link = reverse("slip-detail", args=[slip.pk])
    notify(staff_of([slip.bureau_id]), text=say("slip_told", proposal, words=words), link=link, but=actor)
