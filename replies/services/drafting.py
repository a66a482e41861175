"""Starting the draft of a reply: default texts, storing an outline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from panjin_portal.lib.clock import now
from proposals.models import Assignment, Proposal, Proposer, User
from proposals.permissions import Decision
from proposals.queries import addressed
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import Reply, ReplySection
from replies.permissions import can_start_reply
from replies.queries import active_assignments
from replies.services.revisions import record_revision
from replies.structure.outline import Scheme, Section, deepest_level, section_lines, walk
from replies.workflow import ReplyState

MOST_NAMES = 3
CLOSING = "感谢您对我们工作的关心和支持，欢迎继续提出宝贵意见。\n特此答复。"
OFFICES_TOLD = ("市政协提案委", "市政府督查室")


@dataclass(frozen=True)
class DraftTexts:
    """What stands in a new draft before anybody has typed a word."""

    title: str
    addressee: str
    opening: str
    closing: str
    copies: str
    contact_person: str
    contact_phone: str


def default_texts(assignment: Assignment) -> DraftTexts:
    """Title, addressee, opening, closing, copies and contact as DOMAIN 2.1 has them, from the case's own facts."""
    proposal, bureau = assignment.proposal, assignment.bureau
    named = list(addressed(proposal.pk))
    proposers = list({row.proposer_id: row.proposer for row in named}.values())
    merged = {row.proposal_id: row.proposal for row in named if row.proposal_id != proposal.pk}
    along = "".join(f"和并案办理的{_matter(one)}" for one in merged.values())
    polite = "您" if len(proposers) == 1 and not proposers[0].is_organisation else "你们"
    number = f"（{proposal.label}）" if proposal.number else ""
    helpers = [row.bureau.short_name for row in active_assignments(proposal.pk) if not row.is_answering]
    return DraftTexts(
        title=f"对市政协{proposal.session.name}{_about(proposal)}{number}提案的答复",
        addressee=_addressee(proposers),
        opening=f"{polite}提出的{_matter(proposal)}{along}已收悉，现{'一并' if along else ''}答复如下：",
        closing=CLOSING.replace("您", polite),
        copies="、".join((*OFFICES_TOLD, *helpers)),
        contact_person=bureau.contact_person,
        contact_phone=bureau.contact_phone,
    )


def may_start(user: User, assignment: Assignment) -> Decision:
    """Whether ``user`` may open the draft now: the right of ``can_start_reply``, and no draft is open yet."""
    decision = can_start_reply(user, assignment)
    drafts = Reply.objects.filter(proposal=assignment.proposal_id, bureau=assignment.bureau_id).exclude(
        state__in=(ReplyState.ISSUED, ReplyState.CONFIRMED, ReplyState.SUPERSEDED)
    )
    if decision and drafts.exists():
        return Decision(False, "本单位已经有一份答复稿，请在那一份上继续。", decision.post)
    return decision


@transaction.atomic
def start_reply(actor: User, *, assignment: Assignment) -> Reply:
    """Open the draft of the answering bureau, once per assignment. WrongStage when one is open already or the
    bureau has not signed for receipt, NotAllowed for anybody but its clerks."""
    proposal = lock_proposal(assignment.proposal_id)
    assignment = Assignment.objects.select_related("bureau", "proposal__session").get(pk=assignment.pk)
    post = insist(may_start(fresh(actor), assignment))
    texts = default_texts(assignment)
    reply = Reply.objects.create(
        proposal=proposal,
        bureau=assignment.bureau,
        assignment=assignment,
        title=texts.title,
        addressee=texts.addressee,
        opening=texts.opening,
        closing=texts.closing,
        copies=texts.copies,
        contact_person=texts.contact_person,
        contact_phone=texts.contact_phone,
        drafted_by=actor,
        created_at=now(),
    )
    record_revision(actor, post=post, reply=reply, rows=[], reason="建稿")
    record_event(actor, proposal=proposal, kind="draft", post=post, text="开始拟写答复", data={"reply": reply.pk})
    return reply


def store_outline(
    reply: Reply, sections: Sequence[Section], links: Mapping[tuple[int, ...], dict[str, int | None]] | None = None
) -> dict[tuple[int, ...], ReplySection]:
    """Put ``sections`` in the place of all sections of ``reply``; gives the new rows by their path from 0.

    An imported reply keeps its markers as printed; for any other the numbering is generated: the scheme grows to
    the full one where the outline needs it, and what lies deeper than that becomes paragraphs, so no text is lost.
    ``links`` names foreign keys (``supplied_by_id``, ``source_opinion_id``) by path. The caller holds the lock.
    """
    is_printed = reply.state == ReplyState.IMPORTED
    if not is_printed:
        sections = fold_deeper(sections, deepest_level(Scheme.FULL))
        if depth_of(sections) > deepest_level(Scheme(reply.scheme)):
            reply.scheme = Scheme.FULL.value
            reply.save(update_fields=["scheme"])
    reply.sections.all().delete()
    return add_outline(reply, sections, keep_markers=is_printed, links=links)


def add_outline(
    reply: Reply,
    sections: Sequence[Section],
    *,
    parent: ReplySection | None = None,
    after: int = 0,
    keep_markers: bool = False,
    links: Mapping[tuple[int, ...], dict[str, int | None]] | None = None,
) -> dict[tuple[int, ...], ReplySection]:
    """Write ``sections`` below ``parent`` behind position ``after``, one insert per level of the tree."""
    stored: dict[tuple[int, ...], ReplySection] = {}
    level: list[tuple[tuple[int, ...], ReplySection | None, Section]] = [
        ((index,), parent, section) for index, section in enumerate(sections)
    ]
    while level:
        rows = [
            ReplySection(
                reply=reply,
                parent=above,
                position=path[-1] + 1 + (after if len(path) == 1 else 0),
                heading=section.heading,
                run_in=section.run_in,
                body="\n".join(section.paragraphs),
                printed_marker=section.marker if keep_markers else "",
                **((links or {}).get(path, {})),
            )
            for path, above, section in level
        ]
        ReplySection.objects.bulk_create(rows)
        stored.update({path: row for (path, _, _), row in zip(level, rows, strict=True)})
        level = [
            ((*path, index), row, child)
            for (path, _, section), row in zip(level, rows, strict=True)
            for index, child in enumerate(section.children)
        ]
    return stored


def fold_deeper(sections: Sequence[Section], deepest: int) -> tuple[Section, ...]:
    """The outline with everything below level ``deepest`` turned into paragraphs of the section above it."""
    if deepest > 1:
        return tuple(replace(one, children=fold_deeper(one.children, deepest - 1)) for one in sections)
    return tuple(
        replace(
            one,
            paragraphs=(*one.paragraphs, *(line for child in walk(one.children) for line in section_lines(child))),
            children=(),
        )
        for one in sections
    )


def depth_of(sections: Sequence[Section]) -> int:
    """How many levels an outline has; 0 for none."""
    return max((1 + depth_of(section.children) for section in sections), default=0)


def _addressee(proposers: Sequence[Proposer]) -> str:
    """民建盘锦市委员会 ／ 李××委员 ／ 甲、乙、丙等4位委员 (DOMAIN 2.1)."""
    members = [one for one in proposers if not one.is_organisation]
    if not members:
        return "、".join(one.name for one in proposers)
    organisations = [one.name for one in proposers if one.is_organisation]
    if len(members) > MOST_NAMES:
        named = "、".join(one.name for one in members[:MOST_NAMES]) + f"等{len(members)}位委员"
    else:
        named = "、".join(f"{one.name}委员" for one in members)
    return "、".join((*organisations, named))


def _matter(proposal: Proposal) -> str:
    number = f"（{proposal.label}）" if proposal.number else ""
    return f"{_about(proposal)}的提案{number}"


def _about(proposal: Proposal) -> str:
    """The matter with one 关于 before it and without 的提案 or 的建议 behind it."""
    matter = proposal.matter
    return matter if matter.startswith("关于") else f"关于{matter}"
