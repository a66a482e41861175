"""The lead's word on what a co-handler wants changed: nothing is replaced that nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Bureau, Post, Proposal, User
from proposals.permissions import BUREAU_ROLES, Decision
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.wording import demand_text
from replies.handling_workflow import ChangeState
from replies.models import ClearanceStep, Countersignature, CountersignChange, Reply
from replies.permissions import can
from replies.queries import load_sections
from replies.services.clearance import Decided, record_clearance_event, settle, tell_next
from replies.services.revisions import record_revision
from replies.workflow import ReplyState

LONGEST_ANSWER = 2000


def may_decide(user: User, change: CountersignChange) -> Decision:
    """Whether ``user`` may accept or refuse ``change`` now: the lead's clerk or reviewer, while the draft is out for
    countersigning."""
    decision = can(user, "accept_change", change)
    if decision and change.reply.state != ReplyState.COUNTERSIGNING:
        return Decision(False, "答复稿现在不在会签环节，不能处理会签修改。", decision.post)
    return decision


@transaction.atomic
def accept_change(
    actor: User, *, change: CountersignChange, seen_version: int | None = None, answer: str = ""
) -> CountersignChange:
    """Put the co-handler's wording into the section. Whoever had countersigned the earlier text is asked again.

    ``seen_version``: the version of the section the difference was shown against; WrongStage when it has changed.
    """
    proposal, change, post = _take_up(actor, change)
    reply, section = change.reply, change.section
    if section is None:
        raise StateChanged("这一段已经不在答复稿里，不能采用；请选择不采用并说明。")
    if seen_version is not None and seen_version != section.version:
        raise StateChanged("这一段刚按另一处修改改过，请重新打开页面，看过现在的文字再决定。")
    section.heading, section.body, section.version = change.heading, change.body, section.version + 1
    section.save(update_fields=["heading", "body", "version"])
    _close(actor, change, ChangeState.ACCEPTED, answer)
    reply.edition += 1
    reply.save(update_fields=["edition"])
    author = change.step.post.bureau
    assert author is not None  # a co-handler's post
    record_revision(
        actor, post=post, reply=reply, rows=load_sections(reply), reason=f"采用{author.short_name}的会签修改"
    )
    again = _ask_again(reply, but=author)
    told = f"，{'、'.join(one.short_name for one in again)}须再次会签" if again else ""
    text = f"采用{author.short_name}的会签修改{told}"
    record_clearance_event(actor, proposal, reply, post, "accept_change", text, answer)
    if again:
        said = say("countersign_again", proposal, what="答复稿文字有改动")
        tell_next(actor, proposal, reply, BUREAU_ROLES, again, "reply-countersign", said)
    settle(actor, proposal, reply)
    return change


@transaction.atomic
def refuse_change(actor: User, *, change: CountersignChange, answer: str) -> CountersignChange:
    """Leave the section as it is, with a reason. Its bureau agreed only with the change, so it decides anew."""
    if not answer.strip():
        raise InvalidInput({"answer": "不采用请写明理由，会办单位据此再作决定。"})
    proposal, change, post = _take_up(actor, change)
    reply = change.reply
    _close(actor, change, ChangeState.REFUSED, answer)
    author = change.step.post.bureau
    assert author is not None  # a co-handler's post
    if not change.step.is_void:
        _void(Countersignature.objects.filter(step=change.step))
    text = f"没有采用{author.short_name}的会签修改"
    record_clearance_event(actor, proposal, reply, post, "refuse_change", text, answer)
    said = say("countersign_again", proposal, what="会签修改没有采用")
    tell_next(actor, proposal, reply, BUREAU_ROLES, [author], "reply-countersign", said)
    return change


def _take_up(actor: User, change: CountersignChange) -> tuple[Proposal, CountersignChange, Post]:
    proposal = lock_proposal(change.reply.proposal_id)
    change = CountersignChange.objects.select_related("reply__bureau", "section", "step__post__bureau").get(
        pk=change.pk
    )
    return proposal, change, insist(may_decide(fresh(actor), change))


def _close(actor: User, change: CountersignChange, state: ChangeState, answer: str) -> None:
    change.answer = demand_text(answer, field="answer", most=LONGEST_ANSWER)
    change.state, change.decided_by, change.decided_at = state, actor, now()
    change.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _ask_again(reply: Reply, *, but: Bureau) -> list[Bureau]:
    """Empty the slots of those who agreed to the text before this change, its author apart; gives their bureaus."""
    agreed = Countersignature.objects.filter(
        reply=reply, round=reply.clearance_round, step__decision__in=[Decided.PASSED, Decided.CHANGED]
    ).exclude(assignment__bureau=but)
    slots = list(agreed.select_related("assignment__bureau").order_by("id"))
    if slots:
        _void(slots)
    return [slot.assignment.bureau for slot in slots]


def _void(slots: Iterable[Countersignature]) -> None:
    """Keep the steps of ``slots`` as what they were worth then, and open the slots."""
    rows = list(slots)
    ClearanceStep.objects.filter(pk__in=[slot.step_id for slot in rows]).update(is_void=True)
    Countersignature.objects.filter(pk__in=[slot.pk for slot in rows]).update(step=None)
