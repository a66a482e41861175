"""The running example in a named stage of drafting and clearance, carried there by the services themselves."""

from __future__ import annotations

from collections.abc import Sequence

from panjin_portal.lib.clock import now
from proposals.models import Ask, Assignment, Bureau, Proposal, ProposalProposer, Proposer, ResultClass
from proposals.workflow import AssignmentState, ProposalState
from replies.models import MatrixRow, Reply, ReplySection
from replies.services.clearance import pass_review, send_to_review
from replies.services.countersigning import countersign
from replies.services.drafting import start_reply
from replies.services.saving import HeadText, SectionText, head_text, save_head, save_section
from replies.services.sections import add_section
from replies.services.signing import sign_reply
from tests.world import World

ASKS = ("统一执法信息平台", "规范行政执法行为", "完善法律服务保障")


def assigned(
    world: World,
    *,
    helpers: Sequence[Bureau] | None = None,
    state: str = AssignmentState.ACCEPTED,
    proposers: Sequence[Proposer] = (),
    number: str = "005",
) -> Proposal:
    """A proposal in the hands of 司法局 with its co-handlers (all three unless named)."""
    proposal = Proposal.objects.create(
        session=world.session,
        state=ProposalState.ASSIGNED,
        number=number,
        title="关于推动盘锦市营商环境法治化建设",
        background="营商环境是城市发展的基础。",
        analysis="执法信息还没有联通。",
        suggestions="\n".join(f"{index}. {text}" for index, text in enumerate(ASKS, start=1)),
        created_by=world.committee_staff,
        created_by_committee=True,
        created_at=now(),
    )
    for position, proposer in enumerate(proposers or (world.minjian,), start=1):
        ProposalProposer.objects.create(proposal=proposal, proposer=proposer, position=position)
    Ask.objects.bulk_create(
        Ask(proposal=proposal, position=position, text=text) for position, text in enumerate(ASKS, start=1)
    )
    others = (world.gaj, world.scj, world.ysj) if helpers is None else helpers
    shares = [(world.sfj, "lead" if others else "sole"), *((bureau, "co_handler") for bureau in others)]
    for bureau, role in shares:
        Assignment.objects.create(
            proposal=proposal,
            bureau=bureau,
            role=role,
            state=state,
            assigned_by=world.office_staff,
            assigned_at=now(),
        )
    return proposal


def lead_of(proposal: Proposal) -> Assignment:
    """The assignment of the bureau that answers."""
    return proposal.assignments.get(role__in=Assignment.ANSWERING_ROLES)


def share_of(proposal: Proposal, bureau: Bureau) -> Assignment:
    """The assignment of one bureau."""
    return proposal.assignments.get(bureau=bureau)


def started(world: World, **of_case: object) -> Reply:
    """An empty draft, just begun."""
    return start_reply(world.sfj_clerk, assignment=lead_of(assigned(world, **of_case)))  # type: ignore[arg-type]


def drafted(world: World, **of_case: object) -> Reply:
    """A draft with a result class and one section that answers the first ask; the matrix says why not the others."""
    reply = started(world, **of_case)
    section = add_section(world.sfj_clerk, reply=reply)
    write(world, section, heading="执法信息平台已经联通", body="全市执法单位的信息已汇入一个平台。", asks=[1])
    for ask in reply.proposal.asks.filter(position__gt=1):
        MatrixRow.objects.create(reply=reply, ask=ask, explanation="并入第1条一并办理。")
    text = head_text(reply)
    chosen = HeadText(**{**text.__dict__, "result_class_id": class_of(world, "A").pk})
    return save_head(world.sfj_clerk, reply=reply, version=reply.version, text=chosen)


def write(
    world: World, section: ReplySection, *, heading: str = "", body: str = "", asks: Sequence[int] = ()
) -> ReplySection:
    """Store a text in a section; ``asks`` are positions."""
    section.refresh_from_db()
    ids = frozenset(section.reply.proposal.asks.filter(position__in=asks).values_list("pk", flat=True))
    return save_section(
        world.sfj_clerk, section=section, version=section.version, text=SectionText(heading, False, body, ids)
    )


def reviewing(world: World, **of_case: object) -> Reply:
    """Handed in by the clerk."""
    return send_to_review(world.sfj_clerk, reply=drafted(world, **of_case))


def countersigning(world: World, **of_case: object) -> Reply:
    """Passed by the reviewer, waiting for the co-handlers."""
    return pass_review(world.sfj_reviewer, reply=reviewing(world, **of_case))


def signing(world: World, **of_case: object) -> Reply:
    """Everybody agreed; the leader is next."""
    reply = countersigning(world, **of_case)
    clerks = {world.gaj.pk: world.gaj_clerk, world.scj.pk: world.scj_clerk, world.ysj.pk: world.ysj_clerk}
    for slot in list(reply.countersignatures.all()):
        reply = countersign(clerks[slot.assignment.bureau_id], reply=reply)
    return reply


def signed(world: World, **of_case: object) -> Reply:
    """Signed by the leader."""
    return sign_reply(world.sfj_leader, reply=signing(world, **of_case), result_class=class_of(world, "A"))


def class_of(world: World, code: str) -> ResultClass:
    """A result class of the session's scheme."""
    return world.session.result_scheme.classes.get(code=code)
