"""The release chain: three people read the frozen public text; the last one's word puts it before the public."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from panjin_portal.lib.text import has_control_characters
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Post, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import Decision, find_post
from proposals.services.deadlines import meet_deadline
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from replies.documents.formats import Format
from replies.documents.letter import digest, from_dict
from replies.models import Publication, ReleaseDecision, ReleaseStep, RenderedDocument
from replies.permissions import can
from replies.services.indexing import forget_publication, index_publication
from replies.services.metadata import first_published_on, gaps, metadata_of
from replies.services.publishing import PUBLISHABLE
from replies.services.telling import Message, tell
from replies.workflow import DocumentState, PublicationState

LONGEST_COMMENT, LONGEST_REASON = 500, 200
REPLACED = "已由新的答复替代"


@dataclass(frozen=True)
class Turn:
    """Where a release stands: the step to be taken now, the one after it, and who has decided in this round."""

    step: ReleaseStep
    following: ReleaseStep | None
    deciders: frozenset[int]

    @property
    def is_last(self) -> bool:
        """Whether passing this step publishes."""
        return self.following is None


def turn_of(publication: Publication) -> Turn | None:
    """The next step of the running round; None when nothing is to be decided."""
    if publication.state != PublicationState.RELEASING:
        return None
    decided = publication.decisions.filter(round=publication.round).values_list("position", "actor_id")
    last_done = max((position for position, _ in decided), default=0)
    steps = [step for step in ReleaseStep.objects.filter(is_active=True) if step.position > last_done]
    if not steps:
        return None
    deciders = frozenset(actor for _, actor in decided)
    return Turn(steps[0], steps[1] if len(steps) > 1 else None, deciders)


def may_decide(
    user: User, publication: Publication, action: str = "release_step", turn: Turn | None = None
) -> Decision:
    """Whether it is ``user``'s turn in the chain (``release_step`` or ``refuse_release``). Nobody decides twice in one
    round; the clerk who prepared the text may take the first step. ``turn`` spares the queries when known."""
    decision = can(user, action, publication)
    if not decision:
        return decision
    turn = turn or turn_of(publication)
    if turn is None:
        return Decision(False, "公开审查的环节已经改动，没有可办的一步，请联系管理员。", decision.post)
    post = find_post(user, [turn.step.role], bureau_ids=[publication.bureau_id])
    if post is None:
        return Decision(False, f"现在是“{turn.step.name}”，由本单位{Role(turn.step.role).label}办理。")
    if user.pk in turn.deciders:
        return Decision(False, "您已经办过本轮公开审查的一个环节，三个环节须由三个人办理。")
    return Decision(True, "", post)


@transaction.atomic
def pass_release(actor: User, *, publication: Publication, comment: str = "") -> Publication:
    """Pass the step whose turn it is; the last one publishes at once. Raises WrongStage (out of turn, public PDF not
    ready), NotAllowed (not his step, or he decided before in this round), InvalidInput."""
    proposal, row = _locked(publication)
    turn = turn_of(row)
    post = insist(may_decide(fresh(actor), row, turn=turn))
    if turn is None:
        raise WrongStage("没有可办的一步。")
    comment = _checked(comment, LONGEST_COMMENT, "comment")
    if turn.is_last:
        _publish(row)
    _decide(actor, post, row, turn.step, ReleaseDecision.Decision.PASSED, comment)
    if turn.following is None:
        meet_deadline(proposal=proposal, kind=DeadlineKind.PUBLICATION, whose=row.bureau)
    record_event(
        actor,
        proposal=proposal,
        kind="release_step",
        post=post,
        text=f"公开{turn.step.name}通过" + ("，答复已向社会公开" if turn.is_last else ""),
        data={
            "publication": row.pk,
            "round": row.round,
            "position": turn.step.position,
            "letter_digest": row.letter_digest,
            "published": turn.is_last,
        },
    )
    if turn.following is not None:
        step = turn.following
        tell(_to_bureau(row, [step.role], say("to_release", proposal, step=step.name)), but=actor)
        return row
    _take_down_replaced(actor, post, proposal, row)
    offices = Message(
        roles=[Role.COMMITTEE_STAFF, Role.OFFICE_STAFF],
        text=say("published_office", proposal, bureau=row.bureau.short_name),
        link=reverse("public-page", args=[row.index_number]),
    )
    tell(_to_bureau(row, [Role.CLERK], say("published", proposal)), offices, but=actor)
    return row


@transaction.atomic
def refuse_release(actor: User, *, publication: Publication, comment: str) -> Publication:
    """Send the publication back to its clerk with a comment; the next round starts over with the first step."""
    proposal, row = _locked(publication)
    turn = turn_of(row)
    post = insist(may_decide(fresh(actor), row, "refuse_release", turn))
    if turn is None:
        raise WrongStage("没有可办的一步。")
    comment = _checked(comment, LONGEST_COMMENT, "comment")
    if not comment:
        raise InvalidInput({"comment": "退回时请写明要改什么。"})
    _decide(actor, post, row, turn.step, ReleaseDecision.Decision.RETURNED, comment)
    row.state = PublicationState.PREPARING
    row.letter, row.letter_digest = None, ""
    row.save(update_fields=["state", "letter", "letter_digest"])
    record_event(
        actor,
        proposal=proposal,
        kind="refuse_release",
        post=post,
        text=f"公开{turn.step.name}退回：{comment}",
        data={"publication": row.pk, "round": row.round, "position": turn.step.position},
    )
    tell(_to_bureau(row, [Role.CLERK], say("release_refused", proposal, reason=comment)), but=actor)
    return row


@transaction.atomic
def unpublish(actor: User, *, publication: Publication, reason: str) -> Publication:
    """Take a published reply down: the public sees only the reason. The row and its text stay for the record."""
    proposal, row = _locked(publication)
    post = insist(can(fresh(actor), "unpublish", row))
    reason = _checked(reason, LONGEST_REASON, "reason")
    if not reason:
        raise InvalidInput({"reason": "请写明撤下的原因，公众会看到这句话。"})
    _take_down(row, reason)
    record_event(
        actor,
        proposal=proposal,
        kind="unpublish",
        post=post,
        text=f"撤下公开：{reason}",
        data={"publication": row.pk, "index_number": row.index_number},
    )
    tell(_to_bureau(row, [Role.CLERK], say("unpublished", proposal, reason=reason)), but=actor)
    return row


def ready_public_copy(publication: Publication) -> RenderedDocument | None:
    """The finished public PDF of exactly the frozen text, or None."""
    return next((one for one in ready_public_files(publication) if one.format == Format.PDF), None)


def ready_public_files(publication: Publication) -> list[RenderedDocument]:
    """The finished files of exactly the frozen text, the PDF first (one query)."""
    files = RenderedDocument.objects.filter(
        publication=publication,
        kind=RenderedDocument.Kind.PUBLIC_COPY,
        letter_digest=publication.letter_digest,
        state=DocumentState.READY,
    )
    return sorted(files.defer("letter"), key=lambda one: (one.format != Format.PDF, one.pk))


def _locked(publication: Publication) -> tuple[Proposal, Publication]:
    proposal = lock_proposal(publication.proposal_id)
    return proposal, Publication.objects.select_related("reply__replaces", "reply__source", "bureau").get(
        pk=publication.pk
    )


def _publish(row: Publication) -> None:
    """The gate. What goes out is the text three people read: frozen, unaltered, complete, with its file."""
    if row.reply.state not in PUBLISHABLE or row.reply.is_outdated:
        raise WrongStage("这份答复已被新的答复替代，不能再公开。")
    if row.letter is None or digest(from_dict(row.letter)) != row.letter_digest:
        raise WrongStage("公开文本与送审时的摘要不一致，已停止公开，请联系管理员核查。")
    missing = gaps(metadata_of(row))
    if missing:
        raise WrongStage("公开元数据不完整，请退回经办人补齐：" + "".join(missing.values()))
    if ready_public_copy(row) is None:
        raise WrongStage("公开文本的 PDF 还没有生成好，请稍后再批准；如果生成失败，请经办人重新生成。")
    row.state = PublicationState.PUBLISHED
    row.published_at = now()
    # A page that was public before keeps its first day (the portal's own day is published_at).
    row.published_on = first_published_on(row.reply) or today()
    row.save(update_fields=["state", "published_at", "published_on"])
    index_publication(row)


def _take_down(row: Publication, reason: str) -> None:
    row.state = PublicationState.UNPUBLISHED
    row.unpublished_at, row.unpublish_reason = now(), reason
    row.save(update_fields=["state", "unpublished_at", "unpublish_reason"])
    forget_publication(row)


def _take_down_replaced(actor: User, post: Post, proposal: Proposal, row: Publication) -> None:
    """The public finds one answer: when the new reply comes out, the replaced one goes."""
    earlier = [pk for pk in (row.reply.replaces_id, row.reply.redo_of_id) if pk]
    if not earlier:
        return
    if row.reply.answer_round > 2:  # the answer in between may never have been published
        earlier += row.reply.proposal.replies.filter(bureau=row.bureau, is_outdated=True).values_list("pk", flat=True)
    for old in Publication.objects.filter(reply__in=earlier, state=PublicationState.PUBLISHED):
        _take_down(old, f"{REPLACED}，见索引号{row.index_number}")
        record_event(
            actor,
            proposal=proposal,
            kind="unpublish",
            post=post,
            text=f"撤下公开：{old.unpublish_reason}",
            data={"publication": old.pk, "index_number": old.index_number},
        )


def _decide(actor: User, post: Post, row: Publication, step: ReleaseStep, decision: str, comment: str) -> None:
    ReleaseDecision.objects.create(
        publication=row,
        round=row.round,
        position=step.position,
        name=step.name,
        decision=decision,
        comment=comment,
        actor=actor,
        post=post,
        at=now(),
    )


def _checked(words: str, longest: int, field: str) -> str:
    words = words.strip()
    if has_control_characters(words):
        raise InvalidInput({field: "这里有不能显示的控制字符，请删除。"})
    if len(words) > longest:
        raise InvalidInput({field: f"最多{longest}字，现在是{len(words)}字。"})
    return words


def _to_bureau(row: Publication, roles: list[str], text: Said) -> Message:
    return Message(roles, text, reverse("publication-detail", args=[row.pk]), bureau_id=row.bureau_id)
