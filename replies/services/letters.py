"""From the fields of a reply to the neutral letter that is signed and rendered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict

from proposals.models import Bureau
from replies.answer_matrix import Line, annex_of
from replies.documents.letter import Letter
from replies.documents.shared import DOCUMENT_FORM, LETTER_FORM
from replies.models import Reply, ReplySection
from replies.queries import outline_of, paragraphs_of

_BETWEEN_NAMES = re.compile(r"[、，,；;\n]+")


def names_in(text: str) -> tuple[str, ...]:
    """Names people typed in one field, parted by 、 or commas."""
    return tuple(name.strip().rstrip("。") for name in _BETWEEN_NAMES.split(text) if name.strip())


class Heading(TypedDict):
    """What a bureau's paper bears on its own account."""

    masthead: str
    form: str
    printed_by: str
    sealed: bool


def heading_of(bureau: Bureau) -> Heading:
    """The mark, the form the bureau has chosen, who prints it, and whether it will be sealed. The mark of the document
    format ends with 文件 (GB/T 9704 7.2.4); the letter format has no imprint."""
    sealed = bureau.seal_use == Bureau.SealUse.STAMP
    if bureau.letter_form != Bureau.LetterForm.DOCUMENT:
        return {"masthead": bureau.masthead, "form": LETTER_FORM, "printed_by": "", "sealed": sealed}
    mark = bureau.masthead if bureau.masthead.endswith("文件") else f"{bureau.masthead}文件"
    return {"masthead": mark, "form": DOCUMENT_FORM, "printed_by": bureau.printed_by, "sealed": sealed}


def letter_of(reply: Reply, rows: Sequence[ReplySection] | None = None) -> Letter:
    """The letter as the reply stands now (DOMAIN 2.1). Before signing there is no number and no date.

    ``rows`` spares the queries when the sections are loaded already. Without signer names the bureau signs.
    """
    return Letter(
        **heading_of(reply.bureau),
        number=reply.document_number,
        class_mark=reply.result_class.code if reply.result_class else "",
        title=reply.title,
        addressee=reply.addressee,
        opening=reply.opening,
        body=outline_of(reply, rows),
        closing=paragraphs_of(reply.closing),
        signers=names_in(reply.signer_names) or (reply.bureau.name,),
        signed_on=reply.signed_on,
        contact_person=reply.contact_person,
        contact_phone=reply.contact_phone,
        copies=names_in(reply.copies),
    )


def letter_to_sign(reply: Reply, rows: Sequence[ReplySection], matrix: Sequence[Line]) -> Letter:
    """The letter as it would be signed now: with the answer matrix where the session wants it annexed."""
    letter = letter_of(reply, rows)
    return replace(letter, annexes=(annex_of(matrix),)) if reply.proposal.session.matrix_in_letter else letter
