"""Opinions of co-handlers (会办意见): written, handed to the lead, taken over into the reply with their source kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import F

from panjin_portal.lib.clock import now
from proposals.errors import EditConflict, InvalidInput, StateChanged
from proposals.models import Assignment, Post, User
from proposals.permissions import Decision
from proposals.services.events import record_event
from proposals.services.locking import case_with_session, fresh, insist, lock_proposal
from replies.models import CoHandlerOpinion, Reply, ReplySection
from replies.permissions import can, can_start_opinion
from replies.queries import load_sections
from replies.rules import rule_for
from replies.services.drafting import add_outline, fold_deeper
from replies.services.glyphs import insist_on_glyphs
from replies.services.opinion_letter import opinion_letter, sections_of_opinion
from replies.services.opinion_signing import ask_signature, hand_over
from replies.services.paper_numbers import insist_on_number_of_paper
from replies.services.revisions import record_revision
from replies.structure.outline import Scheme, Section, deepest_level
from replies.workflow import OpinionState


def may_write(actor: User, assignment: Assignment, opinion: CoHandlerOpinion | None) -> Decision:
    """Whether ``actor`` may write the opinion of this assignment now, begun or not."""
    decision = can_start_opinion(actor, assignment)
    if decision and opinion is not None:
        return can(actor, "write_opinion", opinion)
    return decision


@transaction.atomic
def save_opinion(
    actor: User, *, assignment: Assignment, version: int, heading: str, body: str, document_number: str = ""
) -> CoHandlerOpinion:
    """Store the draft of an opinion read at ``version`` (0: not begun). EditConflict gives both texts back.
    InvalidInput for a number that is none, or of a register, where it is given at signature and never typed."""
    lock_proposal(assignment.proposal_id)
    assignment, opinion = _reread(assignment)
    insist(may_write(fresh(actor), assignment, opinion))
    insist_on_number_of_paper(document_number, stored=opinion.document_number if opinion else "")
    if opinion is None:
        return CoHandlerOpinion.objects.create(
            assignment=assignment,
            document_number=document_number,
            heading=heading,
            body=body,
            written_by=actor,
            created_at=now(),
        )
    if (opinion.document_number, opinion.heading, opinion.body) == (document_number, heading, body):
        return opinion  # a page that is left saves once more: it must not make the next page's version an old one
    changed = CoHandlerOpinion.objects.filter(pk=opinion.pk, version=version).update(
        document_number=document_number, heading=heading, body=body, written_by=actor, version=F("version") + 1
    )
    if not changed:
        raise EditConflict(
            mine=opinion_text(heading, body),
            theirs=opinion_text(opinion.heading, opinion.body),
            version=opinion.version,
            is_own=opinion.written_by_id == actor.pk,
        )
    return CoHandlerOpinion.objects.get(pk=opinion.pk)


def save_as_typed(
    actor: User, *, assignment: Assignment, version: int, heading: str, body: str, document_number: str = ""
) -> tuple[CoHandlerOpinion, str]:
    """The same while it is being typed: half a number does not keep the text from being stored. It stays out itself,
    and comes back as a sentence; "" when all was stored."""
    save = partial(save_opinion, actor, assignment=assignment, version=version, heading=heading, body=body)
    try:
        return save(document_number=document_number), ""
    except InvalidInput as refused:
        if set(refused.errors) != {"document_number"}:
            raise
        why = refused.message
    stored = CoHandlerOpinion.objects.filter(assignment=assignment).values_list("document_number", flat=True).first()
    return save(document_number=stored or ""), why


@transaction.atomic
def submit_opinion(actor: User, *, assignment: Assignment, seen_version: int | None = None) -> CoHandlerOpinion:
    """Hand the opinion in: frozen from now on, and with the leader of the bureau to be signed; where the session's rule
    demands no signature, it goes to the lead at once (``hand_over``).

    InvalidInput without text, with a character that no font could print, or where nobody could sign it; WrongStage when
    it was handed in already or changed after ``seen_version``.
    """
    proposal = lock_proposal(assignment.proposal_id, rows=case_with_session)
    assignment, opinion = _reread(assignment)
    if opinion is None:
        insist(can_start_opinion(fresh(actor), assignment))
        raise InvalidInput({"body": "会办意见还没有写，请先写好再送主办单位。"})
    post = insist(can(fresh(actor), "submit_opinion", opinion))
    insist(can_start_opinion(actor, assignment))
    if not opinion.body.strip():
        raise InvalidInput({"body": "会办意见还没有正文，请写好再送主办单位。"})
    if seen_version is not None and seen_version != opinion.version:
        raise StateChanged("会办意见刚被改过，请看过最新的文字再送。")
    assignment.proposal = proposal
    insist_on_glyphs(opinion_letter(opinion, None), field="body", proposal=proposal)
    opinion.state, opinion.sent_by, opinion.sent_at, opinion.returned_with = OpinionState.SIGNING, actor, now(), ""
    opinion.save(update_fields=["state", "sent_by", "sent_at", "returned_with"])
    if not rule_for(proposal).opinion_signed:
        return hand_over(actor, post, proposal, opinion, "submit_opinion")
    return ask_signature(actor, post, proposal, opinion)


@transaction.atomic
def take_over_opinion(
    actor: User, *, opinion: CoHandlerOpinion, reply: Reply, under: int | None = None
) -> list[ReplySection]:
    """Put a handed-in opinion into the draft: new sections at the end, or below section ``under``.

    Typed numbering becomes the outline; every new section names the bureau and the opinion it came from. WrongStage
    when it was taken over before; the opinion itself never changes.
    """
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.get(pk=reply.pk, proposal=proposal)
    opinion = CoHandlerOpinion.objects.select_related("assignment__bureau").get(
        pk=opinion.pk, assignment__proposal=proposal
    )
    post = insist(can(fresh(actor), "draft", reply))
    insist(can(actor, "take_over", opinion))
    if opinion.taken_over_at is not None:
        raise StateChanged(f"{opinion.assignment.bureau.short_name}的会办意见已经采用过，不能重复采用。")
    rows = load_sections(reply)
    parent = _section_named(rows, under)
    room = deepest_level(Scheme(reply.scheme)) - _depth(rows, parent)
    if room < 1:
        raise InvalidInput({"under": "所选段落已是最后一级，不能再放下级，请选上一级或放在最后。"})
    outline = fold_deeper(sections_of_opinion(opinion), room)
    siblings = [row.position for row in rows if row.parent_id == (parent.pk if parent else None)]
    source: dict[str, int | None] = {
        "supplied_by_id": opinion.assignment.bureau_id,
        "source_opinion_id": opinion.pk,
    }
    links = dict.fromkeys(_paths(outline), source)
    new = add_outline(reply, outline, parent=parent, after=max(siblings, default=0), links=links)
    opinion.taken_over_by, opinion.taken_over_at = reply, now()
    opinion.save(update_fields=["taken_over_by", "taken_over_at"])
    return _record_take_over(actor, post, reply, opinion, rows, list(new.values()))


def opinion_text(heading: str, body: str) -> str:
    """Heading and text, for comparing two versions."""
    return "\n".join(filter(None, (heading, body)))


def _record_take_over(
    actor: User,
    post: Post,
    reply: Reply,
    opinion: CoHandlerOpinion,
    rows: Sequence[ReplySection],
    new: list[ReplySection],
) -> list[ReplySection]:
    bureau = opinion.assignment.bureau.short_name
    record_revision(actor, post=post, reply=reply, rows=load_sections(reply), reason=f"采用{bureau}的会办意见")
    record_event(
        actor,
        proposal=reply.proposal,
        kind="take_over",
        post=post,
        text=f"把{bureau}的会办意见采用到答复稿",
        data={"reply": reply.pk, "opinion": opinion.pk, "sections": len(new)},
    )
    return new


def _reread(assignment: Assignment) -> tuple[Assignment, CoHandlerOpinion | None]:
    assignment = Assignment.objects.select_related("bureau").get(pk=assignment.pk)
    opinion = CoHandlerOpinion.objects.filter(assignment=assignment).first()
    if opinion is not None:
        opinion.assignment = assignment
    return assignment, opinion


def _section_named(rows: Sequence[ReplySection], pk: int | None) -> ReplySection | None:
    if pk is None:
        return None
    found = next((row for row in rows if row.pk == pk), None)
    if found is None:
        raise InvalidInput({"under": "所选段落已被删除，请重新选择。"})
    return found


def _depth(rows: Sequence[ReplySection], row: ReplySection | None) -> int:
    if row is None:
        return 0
    return 1 + _depth(rows, next((one for one in rows if one.pk == row.parent_id), None))


def _paths(sections: Sequence[Section], above: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    found: list[tuple[int, ...]] = []
    for index, section in enumerate(sections):
        found += [(*above, index), *_paths(section.children, (*above, index))]
    return found
