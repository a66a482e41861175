"""Document format (文件格式) by choice of the bureau: what is signed has its mark and imprint."""

import pytest

from proposals.models import Bureau
from replies.documents.letter import from_dict, to_dict
from replies.services.letters import heading_of
from tests.factories import Stage, case_in
from tests.world import World

pytestmark = pytest.mark.django_db


def test_a_bureau_that_chose_nothing_signs_in_letter_format(world: World) -> None:
    stored = case_in(world, Stage.SIGNED).reply.signed_letter or {}
    assert not {"form", "printed_by"} & stored.keys()
    assert from_dict(stored).form == "letter"


def test_a_bureau_that_chose_the_document_format_signs_with_mark_and_imprint(world: World) -> None:
    Bureau.objects.filter(pk=world.sfj.pk).update(letter_form=Bureau.LetterForm.DOCUMENT)
    world.sfj.refresh_from_db()
    letter = from_dict(case_in(world, Stage.SIGNED).reply.signed_letter or {})
    assert (letter.form, letter.masthead) == ("document", "盘锦市司法局文件")
    assert letter.printed_by == "盘锦市司法局办公室"


def test_what_was_signed_before_the_choice_stays_a_letter(world: World) -> None:
    case = case_in(world, Stage.SIGNED)
    Bureau.objects.filter(pk=world.sfj.pk).update(letter_form=Bureau.LetterForm.DOCUMENT)
    case.reply.refresh_from_db()
    assert to_dict(from_dict(case.reply.signed_letter or {})) == case.reply.signed_letter
    assert from_dict(case.reply.signed_letter or {}).form == "letter"


def test_a_mark_that_ends_with_the_word_gets_no_second_one_and_an_own_office_is_printed() -> None:
    bureau = Bureau(
        name="盘锦市司法局", letterhead="盘锦市司法局文件", letter_form="document", printing_office="秘书科"
    )
    assert heading_of(bureau)["masthead"] == "盘锦市司法局文件"
    assert heading_of(bureau)["printed_by"] == "秘书科"
