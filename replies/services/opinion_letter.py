"""A co-handler's opinion as a letter of its own to the lead (…提案的会办意见, DOMAIN 1.7)."""

from __future__ import annotations

from panjin_portal.lib.clock import day_of
from proposals.models import Bureau
from replies.documents.letter import Letter
from replies.models import CoHandlerOpinion
from replies.services.letters import heading_of
from replies.services.paper_numbers import number_as_printed
from replies.structure.outline import Section, from_text


def sections_of_opinion(opinion: CoHandlerOpinion) -> tuple[Section, ...]:
    """The opinion as an outline: numbering that was typed becomes levels; its heading, if any, stands above all."""
    read = from_text(opinion.body)
    if not opinion.heading:
        return read
    # Text before the first number is a section without heading; under the heading it is simply its text.
    leads = bool(read) and not read[0].heading and not read[0].marker
    paragraphs = read[0].paragraphs if leads else ()
    return (Section(1, "", opinion.heading, False, paragraphs, read[1:] if leads else read),)


def opinion_letter(opinion: CoHandlerOpinion, lead: Bureau | None) -> Letter:
    """The signed opinion in the form its bureau has chosen. ``lead``: the bureau it goes to, if there is one."""
    proposal, bureau = opinion.assignment.proposal, opinion.assignment.bureau
    matter = proposal.matter
    return Letter(
        **heading_of(bureau),
        number=number_as_printed(opinion.document_number),
        class_mark="",
        title=opinion.title,
        addressee=lead.name if lead else "",
        opening=f"市政协{proposal.session.name}{matter}的提案（{proposal.label}）收悉。经研究，提出会办意见如下：",
        body=sections_of_opinion(opinion),
        closing=("特此函告。",),
        signers=(bureau.name,),
        signed_on=day_of(opinion.signed_at) if opinion.signed_at else None,
        contact_person=bureau.contact_person,
        contact_phone=bureau.contact_phone,
    )
