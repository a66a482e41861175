"""The proposer's rating of an issued reply (征询意见, DOMAIN 1.10): in the portal, on paper, or by a mailed link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.text import has_control_characters
from panjin_portal.lib.uploads import UploadRefused, check_upload
from proposals.errors import InvalidInput, StateChanged
from proposals.models import Assignment, FeedbackField, Post, Proposal, Proposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import BUREAU_ROLES, Decision, posts_of
from proposals.queries import addressed_proposers
from proposals.services.deadlines import meet_deadline
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from replies.models import Feedback, RatingLink, Reply
from replies.permissions import can
from replies.services.redo import consider_redo, told_of
from replies.services.telling import Message, tell

LONGEST_OPINION, LONGEST_ANSWER = 2000, 300
SCAN_TYPES = frozenset({"pdf", "jpg", "png"})
LARGEST_SCAN = 20 * 1024 * 1024
Grade, Source = Feedback.Grade, Feedback.Source
OUTDATED = "承办单位已经再次答复，请评价最近一次答复。"


@dataclass(frozen=True)
class Rating:
    """What the form of the proposer says: two grades (codes of ``Feedback.Grade``), free words, and the answers to the
    session's own questions by their code."""

    attitude: str
    result: str
    opinion: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def faults(self) -> dict[str, str]:
        """What is missing or wrong, by field. Who is dissatisfied says with what; 基本满意 needs no words."""
        found: dict[str, str] = {}
        for name, label in (("attitude", "办理态度"), ("result", "办理结果")):
            if getattr(self, name) not in Grade.values:
                found[name] = f"请选择对{label}的评价。"
        if Grade.DISSATISFIED in {self.attitude, self.result} and not self.opinion.strip():
            found["opinion"] = "选择“不满意”时，请写明哪里没有答复到或没有办到，承办单位将据此重新研究。"
        elif len(self.opinion) > LONGEST_OPINION:
            found["opinion"] = f"意见最多{LONGEST_OPINION}字，现在是{len(self.opinion)}字。"
        elif has_control_characters(self.opinion):
            found["opinion"] = "意见里有不能显示的控制字符，请删除后再提交。"
        return found

    def faults_of_answers(self, questions: Sequence[FeedbackField]) -> dict[str, str]:
        """What is missing or wrong among the answers, by ``ask_`` and code."""
        found: dict[str, str] = {}
        for one in questions:
            given = self.answers.get(one.code, "").strip()
            if not given:
                if one.is_required:
                    found[f"ask_{one.code}"] = f"请填写“{one.label}”。"
            elif one.choices and given not in one.choices:
                found[f"ask_{one.code}"] = f"“{one.label}”没有这个选项，请重新选择。"
            elif len(given) > LONGEST_ANSWER or has_control_characters(given):
                found[f"ask_{one.code}"] = f"“{one.label}”最多{LONGEST_ANSWER}字，不能有控制字符。"
        return found


def questions_for(proposal: Proposal, proposer: Proposer) -> list[FeedbackField]:
    """What the session's form asks this proposer beside the grades (one query)."""
    rows = FeedbackField.objects.filter(session_id=proposal.session_id, is_active=True)
    return [one for one in rows.order_by("position", "id") if one.is_for(organisation=proposer.is_organisation)]


def may_rate(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may rate ``reply``, as whom (the post), and why not. Nobody who works at a bureau of this
    case rates its reply, even when he is a proposer's contact too."""
    decision = can(user, "rate", reply)
    if decision.post is None:
        return decision
    if _works_on(user, reply):
        return Decision(False, "您在承办单位任职，不能评价本单位办理的提案，请由提案者的其他联系人评价。")
    if not decision:
        return decision
    if reply.is_outdated:
        return Decision(False, OUTDATED, decision.post)
    post = _unrated_post(user, reply)
    if post is None:
        return Decision(False, "您所代表的提案者已经评价过这份答复，评价不能修改。", decision.post)
    return Decision(True, "", post)


def _works_on(user: User, reply: Reply) -> bool:
    handling = set(Assignment.objects.filter(proposal=reply.proposal_id).values_list("bureau_id", flat=True))
    handling.add(reply.bureau_id)
    return any(post.role in BUREAU_ROLES and post.bureau_id in handling for post in posts_of(user))


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
    return store_rating(
        proposal=proposal, reply=reply, proposer=_proposer_of(post), rating=rating, actor=actor, post=post
    )


def may_enter_paper(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may type in a form that came on paper: the staff of both offices, never the bureaus."""
    decision = can(user, "enter_paper_rating", reply)
    if decision and _works_on(user, reply):
        return Decision(False, "您在承办单位任职，不能代录对本单位答复的评价。")
    if decision and reply.is_outdated:
        return Decision(False, OUTDATED, decision.post)
    if decision and not unrated_proposers(reply):
        return Decision(False, "每位提案者都已评价过这份答复。", decision.post)
    return decision


def unrated_proposers(reply: Reply) -> list[Proposer]:
    """Those the answer is for, of merged cases too, that have not rated ``reply``; in the order of the case."""
    rated = set(Feedback.objects.filter(reply=reply).values_list("proposer_id", flat=True))
    return [one for one in addressed_proposers(reply.proposal_id) if one.pk not in rated]


def enter_paper_rating(
    actor: User, *, reply: Reply, proposer: Proposer, rating: Rating, scan: UploadedFile[Any]
) -> Feedback:
    """Type in the form a proposer filled in on paper, with its scan; it is marked so for ever. The file is checked and
    written before the transaction. InvalidInput (``scan``, ``proposer``, those of the form), WrongStage, NotAllowed."""
    insist(may_enter_paper(fresh(actor), reply))
    try:
        upload = check_upload(cast(BinaryIO, scan), scan.name or "", allowed=SCAN_TYPES, max_bytes=LARGEST_SCAN)
    except UploadRefused as refusal:
        raise InvalidInput({"scan": refusal.message}) from refusal
    with kept_files("ratings", [scan], [upload], field="scan") as (stored,):
        return _store_paper(actor, reply, proposer, rating, {"scan": stored, "scan_name": upload.name}, upload.sha256)


@transaction.atomic
def _store_paper(
    actor: User, reply: Reply, proposer: Proposer, rating: Rating, file: Mapping[str, str], sha256: str
) -> Feedback:
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau", "proposal").get(pk=reply.pk)
    post = insist(may_enter_paper(fresh(actor), reply))
    if proposer not in unrated_proposers(reply):
        raise InvalidInput({"proposer": "这位提案者不在这件提案里，或已经评价过。"})
    return store_rating(
        proposal=proposal,
        reply=reply,
        proposer=proposer,
        rating=rating,
        actor=actor,
        post=post,
        source=Source.PAPER,
        more={**file, "scan_sha256": sha256},
    )


def store_rating(
    *,
    proposal: Proposal,
    reply: Reply,
    proposer: Proposer,
    rating: Rating,
    actor: User | None,
    post: Post | None,
    source: str = Source.PORTAL,
    more: Mapping[str, str] | None = None,
) -> Feedback:
    """The row, the clock, what follows (redo), the event and the notices; inside the caller's transaction."""
    questions = questions_for(proposal, proposer)
    if faults := rating.faults() | rating.faults_of_answers(questions):
        raise InvalidInput(faults)
    given = ((one, rating.answers.get(one.code, "").strip()) for one in questions)
    feedback = Feedback.objects.create(
        reply=reply,
        proposer=proposer,
        attitude=rating.attitude,
        result=rating.result,
        opinion=rating.opinion.strip(),
        answers=[{"code": one.code, "label": one.label, "value": value} for one, value in given if value],
        source=source,
        given_by=actor,
        post=post,
        given_at=now(),
        **(more or {}),
    )
    if source == Source.PAPER:  # a person's own rating closes his link by being there
        RatingLink.objects.filter(reply=reply, proposer=proposer, used_at=None, revoked_at=None).update(
            revoked_at=now()
        )
    meet_deadline(proposal=proposal, kind=DeadlineKind.FEEDBACK, whose=proposer, reference=reply.reference)
    redo = consider_redo(proposal=proposal, reply=reply, feedback=feedback)
    words = f"办理态度{feedback.get_attitude_display()}，办理结果{feedback.get_result_display()}"
    how = {Source.PAPER: "（纸质表代录）", Source.LINK: "（经邮件链接）"}.get(Source(source), "")
    record_event(
        actor,
        proposal=proposal,
        kind="rate",
        post=post,
        text=f"{proposer}评价答复{how}：{words}{told_of(redo)}",
        data={"reply": reply.pk, "attitude": rating.attitude, "result": rating.result, "source": source},
    )
    text = say("rated", proposal, proposer=proposer, words=f"{words}{told_of(redo)}")
    link = reverse("proposal-detail", args=[proposal.pk]) if redo else reverse("reply-detail", args=[reply.pk])
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


def insist_unrated(reply: Reply, proposer: Proposer) -> None:
    """WrongStage when the proposer has rated ``reply`` already, or a newer answer is out."""
    if reply.is_outdated:
        raise StateChanged(OUTDATED)
    if Feedback.objects.filter(reply=reply, proposer=proposer).exists():
        raise StateChanged("这位提案者已经评价过这份答复，评价不能修改。")
