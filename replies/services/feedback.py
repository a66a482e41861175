"""The proposer's rating of an issued reply (征询意见, DOMAIN 1.10)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.text import has_control_characters
from proposals.errors import InvalidInput
from proposals.models import Assignment, Post, Proposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import BUREAU_ROLES, Decision, posts_of
from proposals.queries import addressed_proposers
from proposals.services.deadlines import meet_deadline
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import Feedback, Reply
from replies.permissions import can
from replies.services.telling import Message, tell

LONGEST_OPINION = 2000
Grade = Feedback.Grade


@dataclass(frozen=True)
class Rating:
    """What the form of the proposer says: two grades (codes of ``Feedback.Grade``) and free words."""

    attitude: str
    result: str
    opinion: str = ""

    def faults(self) -> dict[str, str]:
        """What is missing or wrong, by field. Who is dissatisfied says with what; 基本满意 needs no words."""
        found: dict[str, str] = {}
        for field, label in (("attitude", "办理态度"), ("result", "办理结果")):
            if getattr(self, field) not in Grade.values:
                found[field] = f"请选择对{label}的评价。"
        if Grade.DISSATISFIED in {self.attitude, self.result} and not self.opinion.strip():
            found["opinion"] = "选择“不满意”时，请写明哪里没有答复到或没有办到，承办单位将据此重新研究。"
        elif len(self.opinion) > LONGEST_OPINION:
            found["opinion"] = f"意见最多{LONGEST_OPINION}字，现在是{len(self.opinion)}字。"
        elif has_control_characters(self.opinion):
            found["opinion"] = "意见里有不能显示的控制字符，请删除后再提交。"
        return found


def may_rate(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may rate ``reply``, as whom (the post), and why not. Nobody who works at a bureau of this
    case rates its reply, even when he is a proposer's contact too."""
    decision = can(user, "rate", reply)
    if decision.post is None:
        return decision
    handling = set(Assignment.objects.filter(proposal=reply.proposal_id).values_list("bureau_id", flat=True))
    handling.add(reply.bureau_id)
    if any(post.role in BUREAU_ROLES and post.bureau_id in handling for post in posts_of(user)):
        return Decision(False, "您在承办单位任职，不能评价本单位办理的提案，请由提案者的其他联系人评价。")
    if not decision:
        return decision
    post = _unrated_post(user, reply)
    if post is None:
        return Decision(False, "您所代表的提案者已经评价过这份答复，评价不能修改。", decision.post)
    return Decision(True, "", post)


def _unrated_post(user: User, reply: Reply) -> Post | None:
    """The post of the first proposer of the case, then of those merged into it, that ``user`` speaks for and that has
    not rated yet."""
    rated = set(Feedback.objects.filter(reply=reply).values_list("proposer_id", flat=True))
    named = [one.pk for one in addressed_proposers(reply.proposal_id)]
    mine = {post.proposer_id: post for post in posts_of(user) if post.role == Role.PROPOSER}
    return next((mine[pk] for pk in named if pk in mine and pk not in rated), None)


@transaction.atomic
def rate_reply(actor: User, *, reply: Reply, rating: Rating) -> Feedback:
    """Store the rating of the proposer ``actor`` speaks for, once, and stop his clock.

    Raises WrongStage (not issued, already rated), NotAllowed (no contact of the proposer), InvalidInput.
    """
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau", "proposal").get(pk=reply.pk)
    post = insist(may_rate(fresh(actor), reply))
    faults = rating.faults()
    if faults:
        raise InvalidInput(faults)
    proposer = _proposer_of(post)
    feedback = Feedback.objects.create(
        reply=reply,
        proposer=proposer,
        attitude=rating.attitude,
        result=rating.result,
        opinion=rating.opinion.strip(),
        given_by=actor,
        post=post,
        given_at=now(),
    )
    meet_deadline(proposal=proposal, kind=DeadlineKind.FEEDBACK, whose=proposer)
    words = f"办理态度{feedback.get_attitude_display()}，办理结果{feedback.get_result_display()}"
    record_event(
        actor,
        proposal=proposal,
        kind="rate",
        post=post,
        text=f"{proposer}评价答复：{words}",
        data={"reply": reply.pk, "attitude": rating.attitude, "result": rating.result},
    )
    text, link = f"{proposer}评价了{proposal.label}的答复：{words}", reverse("reply-detail", args=[reply.pk])
    tell(
        Message([Role.CLERK, Role.LEADER], text, link, bureau_id=reply.bureau_id),
        Message([Role.COMMITTEE_STAFF, Role.OFFICE_STAFF], text, link),
        but=actor,
    )
    return feedback


def _proposer_of(post: Post) -> Proposer:
    if post.proposer is None:
        raise RuntimeError("a proposer's post without a proposer cannot be stored")
    return post.proposer
