"""The real published reply of case 005 becomes a letter that carries its words."""

from datetime import date
from pathlib import Path

import pytest

from replies.documents.letter import Letter
from replies.documents.pdf import render_pdf
from replies.structure.imported import ImportedReply
from replies.structure.reading import read_reply
from tests.documents.samples import MM, TYPE_AREA_BOTTOM, expected_text, pages_of, printed_text

pytestmark = pytest.mark.real_reply


@pytest.fixture
def letter_of_reply(real_reply: Path) -> Letter:
    return as_letter(read_reply(real_reply.read_text(encoding="utf-8")))


def as_letter(reply: ImportedReply) -> Letter:
    """What was read from a published page as a letter."""
    return Letter(
        masthead=reply.signers[0],
        number=reply.document_number or "",
        class_mark=reply.result_class or "",
        title=reply.title or "",
        addressee="、".join(reply.addressees),
        opening=reply.opening or "",
        body=reply.sections,
        closing=reply.closing,
        signers=reply.signers,
        signed_on=reply.signed_on,
    )


def test_the_letter_prints_every_word_of_the_published_reply(letter_of_reply: Letter) -> None:
    pdf = render_pdf(letter_of_reply)
    assert letter_of_reply.signed_on == date(2022, 8, 18)
    assert 9 <= pdf.pages <= 11
    assert printed_text(pdf) == expected_text(letter_of_reply)


def test_its_signature_stands_with_text_and_its_full_pages_have_22_lines(letter_of_reply: Letter) -> None:
    with pages_of(render_pdf(letter_of_reply)) as pages:
        for page in pages[1:-1]:
            tops = {round(c["top"] / MM) for c in page.chars if c["top"] / MM < TYPE_AREA_BOTTOM}
            assert len(tops) == 22
        last = "".join(c["text"] for c in pages[-1].chars)
    assert last.index("盘锦市司法局2022年8月18日") > 20
