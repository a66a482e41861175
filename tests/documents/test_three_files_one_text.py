"""The text in PDF, DOCX and OFD is the text of the letter: case 005, the real reply, and letters of every shape.

Every one of 200 seeds is read from its DOCX; each fifth from its PDF and its OFD as well, for these two cost thirty
times as much. `make fuzz` reads all three of every seed, and of as many more as OTHER_LETTERS says.
"""

import os

import pytest

from replies.documents.docx import write_docx
from replies.documents.layout import template_data
from replies.documents.letter import Letter, public_copy
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.docx_parts import read_docx
from tests.documents.generated import generated, text_in_order
from tests.documents.ofd_pages import Ofd, pdf_and_ofd, read_text
from tests.documents.samples import SENTENCE, expected_text, letter, plain_body, printed_text
from tests.documents.test_real_reply_as_letter import letter_of_reply

__all__ = ["letter_of_reply"]  # a fixture

MORE = int(os.environ.get("OTHER_LETTERS", "0"))
SEEDS = range(200 + MORE)
FILES = range(0, len(SEEDS), 1 if MORE else 5)
RARE = "䶮㛃𫖮𬭚喆堃祎赟瑄翀琤昇"


def docx_text(source: Letter) -> str:
    """The text of the DOCX."""
    return read_docx(write_docx(template_data(source)))


def texts(source: Letter) -> list[str]:
    """The text as the PDF, the DOCX and the OFD give it."""
    pdf, ofd = pdf_and_ofd(source)
    return [printed_text(pdf), docx_text(source), read_text(ofd)]


def test_the_letter_of_case_005_reads_the_same_in_all_three_files() -> None:
    assert texts(letter()) == [expected_text(letter())] * 3


def test_so_does_its_public_copy() -> None:
    copy = public_copy(letter())
    assert texts(copy) == [expected_text(copy)] * 3
    assert "王敏" not in "".join(texts(copy))


@pytest.mark.real_reply
def test_so_does_the_published_reply(letter_of_reply: Letter) -> None:
    assert texts(letter_of_reply) == [expected_text(letter_of_reply)] * 3


@pytest.mark.parametrize("start", range(0, len(SEEDS), 50))
def test_docx_of_every_shape_read_as_their_letters(start: int) -> None:
    for seed in SEEDS[start : start + 50]:
        source = generated(seed)
        assert docx_text(source) == text_in_order(source), f"seed {seed}"


@pytest.mark.parametrize("start", range(0, len(FILES), 10))
def test_pdf_and_ofd_of_every_shape_read_as_their_letters(start: int) -> None:
    for seed in FILES[start : start + 10]:
        source = generated(seed)
        pdf, ofd = pdf_and_ofd(source)
        assert printed_text(pdf) == text_in_order(source), f"seed {seed}"
        assert read_text(ofd) == text_in_order(source), f"seed {seed}"


def test_the_seeds_meet_every_shape() -> None:
    letters = [generated(seed) for seed in SEEDS]
    assert len({len(one.signers) for one in letters}) == 4
    assert any(one.annexes and one.copies for one in letters)
    assert any(len(one.annexes) > 1 for one in letters)
    assert any(annex.tables and annex.paragraphs for one in letters for annex in one.annexes)
    assert any(one.form == DOCUMENT_FORM and one.annexes and one.printed_by for one in letters)
    assert any(one.form == DOCUMENT_FORM and not one.number for one in letters)
    assert any(not one.body for one in letters)
    assert any(not one.signed_on for one in letters)
    assert any(not one.masthead and not one.number for one in letters)
    assert max(len(text_in_order(one)) for one in letters) > 5000


def test_rare_characters_and_signs_are_in_all_three() -> None:
    source = letter(addressee=f"{RARE}委员", opening="占比3‰，气温-5℃，共〇件，见①至⑳，面积12㎡。", note=RARE)
    assert texts(source) == [expected_text(source)] * 3


def test_a_one_line_reply_and_a_very_long_paragraph_are_whole() -> None:
    short = letter(body=(), opening="", closing=("您的建议已经采纳。",))
    long = letter(body=plain_body(1, SENTENCE * 120))
    for source in (short, long):
        assert texts(source) == [expected_text(source)] * 3


def test_a_reply_of_sixty_pages_is_whole() -> None:
    source = letter(body=plain_body(430))
    pdf, ofd = pdf_and_ofd(source)
    assert len(Ofd(ofd.content).pages) == pdf.pages >= 60
    assert read_text(ofd) == docx_text(source) == expected_text(source)
