"""A 催办通知书 or 督办通知书 with a long text: its signature stands on no page alone, and its last words stand once."""

from __future__ import annotations

import io
from dataclasses import replace

import pdfplumber
import pytest

from proposals.models import Bureau, Urging
from proposals.services.slips import issue_slip
from proposals.services.urging import urge
from replies.documents.letter import Letter, date_line, plain_text
from replies.documents.pdf import render_pdf
from replies.services.notices_on_paper import LAST_WORDS, slip_notice, urging_notice
from tests.factories import Stage, case_in
from tests.world import World

pytestmark = pytest.mark.django_db

SENTENCE = "请你单位对照提案建议逐条研究，尽快拿出办理意见并与提案者沟通。"
LENGTHS = range(253, 365, 14)


def urged(world: World) -> Urging:
    case = case_in(world, Stage.ACCEPTED)
    return urge(world.office_staff, proposal=case.proposal, text="请抓紧办理。", key="k")


def above_signature(letter: Letter) -> str:
    """What the page of the signature holds above it."""
    with pdfplumber.open(io.BytesIO(render_pdf(letter).content)) as pdf:
        pages = ["".join(c["text"] for c in page.chars).replace(" ", "") for page in pdf.pages]
    signature = letter.signers[0] + date_line(letter)
    [page] = [text for text in pages if signature in text]
    return page.partition(signature)[0]


@pytest.mark.parametrize("form", [Bureau.LetterForm.LETTER, Bureau.LetterForm.DOCUMENT])
def test_a_long_text_is_signed_on_a_page_with_text(world: World, form: str) -> None:
    Bureau.objects.filter(pk=world.supervision.pk).update(letter_form=form)
    urging = Urging.objects.get(pk=urged(world).pk)
    lonely = 0
    for length in LENGTHS:
        urging.text = (SENTENCE * 20)[:length]
        letter = urging_notice(urging)
        assert above_signature(letter).endswith(LAST_WORDS), length
        if form == Bureau.LetterForm.LETTER:
            lonely += not above_signature(replace(letter, closing=()))
    assert lonely or form == Bureau.LetterForm.DOCUMENT, "no sample met the case"


def test_a_text_that_ends_with_the_last_words_has_them_once(world: World) -> None:
    urging = urged(world)
    for text in ("请抓紧办理。\n特此通知。", "请抓紧办理。特此通知。"):
        urging.text = text
        assert plain_text(urging_notice(urging)).count(LAST_WORDS) == 1, text
    slip = issue_slip(
        world.office_staff, proposal=urging.proposal, bureau=world.sfj, text="请报送进展。特此通知。", key="k"
    )
    assert plain_text(slip_notice(slip)).count(LAST_WORDS) == 1
    assert slip_notice(slip).closing == (LAST_WORDS,)
