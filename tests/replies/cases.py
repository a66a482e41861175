"""Cases of the running example in a named stage, written straight into the tables. All sentences are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from panjin_portal.lib.clock import SHANGHAI, now
from proposals.models import Assignment, Proposal, ProposalProposer, Proposer, ResultClass
from proposals.services.indexing import index_proposal
from replies.documents.letter import Letter, digest, plain_text, to_dict
from replies.documents.pdf import Pdf
from replies.models import Publication, Reply
from replies.services.issuing import issue_reply
from replies.services.metadata import metadata_of
from replies.services.publishing import prepare_publication, save_metadata, start_release
from replies.services.release import pass_release
from replies.services.rendering import queue_letter, render_document
from replies.structure.outline import Scheme, Section, number
from replies.workflow import ReplyState
from tests.world import World

SIGNED_ON = date(2022, 8, 18)
ISSUE_DAY = datetime(2022, 8, 19, 9, 0, tzinfo=SHANGHAI)
TITLE = "对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复"
PHONE = "13812345678"


def outline() -> tuple[Section, ...]:
    """Two headings, one with run-in items, and a paragraph before them."""
    items = (
        Section(0, "", "把事项清单晒出来。", True, ("全部执法事项已经在网上列明。",)),
        Section(0, "", "把检查次数减下来。", True, ("同一家企业一年最多查两次。",)),
    )
    sections = (
        Section(0, "", "", False, ("收到提案后，我局同三家单位一起走访了十二家企业。",)),
        Section(0, "", "关于规范执法", False, (), items),
        Section(0, "", "关于法律服务", False, ("园区里设了四个法律服务站，企业可以随时来问。",)),
    )
    return number(sections, Scheme.SHORT)


def letter(world: World, *, extra: str = "") -> Letter:
    """The signed letter; ``extra`` is one more paragraph of the opening part."""
    body = outline()
    if extra:
        body = (Section(0, "", "", False, (extra,)), *body)
    return Letter(
        masthead=world.sfj.masthead,
        number="盘司函〔2022〕5号",
        class_mark="A",
        title=TITLE,
        addressee="民建盘锦市委员会",
        opening="你们提出的关于推动盘锦市营商环境法治化建设的提案（第005号）已收悉，现答复如下：",
        body=body,
        closing=("感谢你们对法治工作的关心。", "特此答复。"),
        signers=(world.sfj.name,),
        signed_on=SIGNED_ON,
        contact_person="司文清",
        contact_phone="0427-0000000",
        copies=("市政协提案委", "市政府督查室"),
    )


def accepted_case(world: World, *, proposers: tuple[Proposer, ...] = (), value: str = "005") -> Assignment:
    """A case at work at 司法局 with one co-handler; gives the lead's assignment."""
    moment = now()
    proposal = Proposal.objects.create(
        session=world.session,
        number=value,
        title="关于推动盘锦市营商环境法治化建设",
        state="assigned",
        created_by=world.committee_staff,
        created_by_committee=True,
        created_at=moment,
    )
    for position, proposer in enumerate(proposers or (world.minjian,), start=1):
        ProposalProposer.objects.create(proposal=proposal, proposer=proposer, position=position)
    index_proposal(proposal)
    common = {"proposal": proposal, "state": "accepted", "assigned_by": world.office_staff, "assigned_at": moment}
    Assignment.objects.create(bureau=world.gaj, role=Assignment.Role.CO_HANDLER, **common)
    return Assignment.objects.create(bureau=world.sfj, role=Assignment.Role.LEAD, **common)


def signed_reply(world: World, *, extra: str = "", is_rendered: bool = True, **case: object) -> Reply:
    """A signed reply; its letter is queued and, unless told otherwise, rendered."""
    assignment = accepted_case(world, **case)  # type: ignore[arg-type]
    text = letter(world, extra=extra)
    reply = Reply.objects.create(
        proposal=assignment.proposal,
        bureau=world.sfj,
        assignment=assignment,
        state=ReplyState.SIGNED,
        title=text.title,
        addressee=text.addressee,
        opening=text.opening,
        result_class=ResultClass.objects.get(scheme=world.session.result_scheme, code="A"),
        document_number=text.number,
        signer_names=world.sfj.name,
        signed_on=SIGNED_ON,
        signed_by=world.sfj_leader,
        signed_letter=to_dict(text),
        signed_digest=digest(text),
        drafted_by=world.sfj_clerk,
        created_at=now(),
    )
    document = queue_letter(reply)
    if is_rendered:
        render_document(document.pk)
        assert reply.documents.get().state == "ready"
    return reply


def quick_pdf(letter: Letter, **limits: object) -> Pdf:
    """Stands for the typesetter where a test is not about it: the words of the letter as bytes."""
    return Pdf(content=f"%PDF-1.7 {plain_text(letter)}".encode(), pages=1, engine="test")


def published(world: World, **details: object) -> Publication:
    """A published reply, released by the three people of the default chain."""
    publication = released(world, **details)
    for person in (world.sfj_clerk, world.sfj_reviewer, world.sfj_leader):
        publication = pass_release(person, publication=publication)
    return publication


def released(world: World, **details: object) -> Publication:
    """A publication on its way through the chain, its PDF ready."""
    publication = prepare_publication(world.sfj_clerk, reply=issued_reply(world, **details))
    metadata = replace(metadata_of(publication), topic_class="政治建设 / 法治建设")
    save_metadata(world.sfj_clerk, publication=publication, metadata=metadata, version=publication.version)
    publication = start_release(world.sfj_clerk, publication=publication, harmless={})
    render_document(publication.documents.get().pk)
    assert publication.documents.get().state == "ready"
    return publication


def issued_reply(world: World, **details: object) -> Reply:
    """An issued reply, through the service."""
    return issue_reply(world.sfj_clerk, reply=signed_reply(world, **details))  # type: ignore[arg-type]
