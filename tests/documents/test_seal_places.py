"""The seal version of the signature against the ruler: GB/T 9704-2012 clauses 7.3.5.1 and 7.3.5.3 (DOMAIN.md 2.2).

A seal is a circle of 42 mm over its name; the tests put it there and look what it would meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfplumber.page import Page

from replies.documents.formats import Format
from replies.documents.letter import LetterDataError, canonical_bytes, digest, from_dict, to_dict
from replies.documents.pdf import render, render_pdf
from replies.documents.seals import DIAMETER, LINE, characters, seal_places
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.docx_parts import docx_of, read_docx
from tests.documents.ofd_pages import pdf_and_ofd, read_text
from tests.documents.samples import (
    MM,
    PITCH,
    TYPE_AREA_BOTTOM,
    expected_text,
    left_of,
    letter,
    pages_of,
    plain_body,
    printed_text,
    right_of,
    rows,
    squeezed,
)

CELL = 156 / 28
CHARACTER_BOX = 16 / MM
DATE = "2022年8月18日"
RADIUS = DIAMETER / 2
JOINT = ("盘锦市司法局", "盘锦市公安局", "盘锦市生态环境局", "盘锦市财政局", "盘锦市教育局")
BARE = {"note": "", "contact_person": "", "contact_phone": "", "copies": ()}


@dataclass(frozen=True)
class Seal:
    """Its middle in mm from the page's left and upper edge."""

    x: float
    y: float


def seals_on(page: Page, names: tuple[str, ...]) -> list[Seal]:
    """One over each name; in the row of the date a little above the middle of name and date, else over the name."""
    tops = {name: top for top, line in rows(page).items() for name in names if name in line}
    date_top = next(top for top, line in rows(page).items() if DATE in line)
    found = []
    for name in names:
        y = tops[name] + CHARACTER_BOX / 2
        if date_top - tops[name] < 1.5 * PITCH:
            y = (tops[name] + date_top + CHARACTER_BOX) / 2 - 3
        found.append(Seal((left_of(page, name) + right_of(page, name)) / 2, y))
    return found


def check_places(page: Page, names: tuple[str, ...]) -> None:
    seals = seals_on(page, names)
    lines = rows(page)
    own = [line for line in lines.values() if DATE in line or any(name in line for name in names)]
    text_above = max(top for top, line in lines.items() if line not in own and top < seals[0].y) + CHARACTER_BOX
    first_row = [seal for seal in seals if seal.y == pytest.approx(seals[0].y, abs=0.3)]
    assert all(0 < seal.y - RADIUS - text_above <= PITCH for seal in first_row), "top within one line of the text"
    assert all(seal.x - RADIUS >= 28 and seal.x + RADIUS <= 184.1 for seal in seals), "inside the type area"
    assert all(seal.y + RADIUS <= TYPE_AREA_BOTTOM for seal in seals), "nor under it"
    for one, other in combinations(seals, 2):
        assert ((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5 > DIAMETER, "seals do not touch"
    for line in page.extract_text_lines():
        if any(name in squeezed(line["text"]) for name in (*names, DATE)):
            continue
        left, right, top, bottom = (line[side] / MM for side in ("x0", "x1", "top", "bottom"))
        for seal in seals:
            x, y = min(max(seal.x, left), right), min(max(seal.y, top), bottom)
            assert (x - seal.x) ** 2 + (y - seal.y) ** 2 >= RADIUS**2, f"the seal meets {line['text']}"


def signed_page(pages: list[Page]) -> Page:
    """The page with the date of signing."""
    return next(page for page in pages if any(DATE in line for line in rows(page).values()))


def test_the_date_is_four_characters_in_and_the_name_over_its_middle() -> None:
    with pages_of(render_pdf(letter(body=(), sealed=True, masthead="政府"))) as pages:
        page = pages[0]
        name = (left_of(page, "盘锦市司法局"), right_of(page, "盘锦市司法局"))
        date = (left_of(page, DATE), right_of(page, DATE))
        tops = {text: top for top, text in rows(page).items()}
    assert date[1] == pytest.approx(184 - 4 * CELL, abs=0.2)
    assert sum(date) == pytest.approx(sum(name), abs=0.3)
    assert tops[DATE] - tops["盘锦市司法局"] == pytest.approx(PITCH, abs=0.15)
    assert tops["盘锦市司法局"] - tops["特此答复。"] == pytest.approx(3 * PITCH, abs=0.15)


@pytest.mark.parametrize("form", ["letter", DOCUMENT_FORM])
@pytest.mark.parametrize("remarks", [{}, BARE, {"note": ""}])
def test_one_seal_finds_its_place(form: str, remarks: dict[str, str]) -> None:
    source = letter(body=(), sealed=True, masthead="政府", form=form, **remarks)
    with pages_of(render_pdf(source)) as pages:
        check_places(signed_page(pages), source.signers)


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("remarks", [{}, BARE])
def test_seals_of_bodies_that_sign_together_stand_in_rows_each_over_its_name(
    count: int, remarks: dict[str, str]
) -> None:
    source = letter(body=(), sealed=True, masthead="政府", signers=JOINT[:count], **remarks)
    with pages_of(render_pdf(source)) as pages:
        check_places(signed_page(pages), source.signers)
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_the_signature_with_room_for_its_seal_never_stands_without_text() -> None:
    for paragraphs in range(1, 24):
        source = letter(body=plain_body(paragraphs, "短段落也占一行。"), masthead="政府", sealed=True, **BARE)
        with pages_of(render_pdf(source)) as pages:
            page = pages[-1]
            text = "".join(c["text"] for c in page.chars if c["top"] / MM < TYPE_AREA_BOTTOM)
            assert text.endswith(f"盘锦市司法局{DATE}")
            assert not text.startswith("盘锦市司法局")
            check_places(page, source.signers)


@given(
    st.lists(st.text(alphabet="盘锦市县司法公安局委员会", min_size=1, max_size=13), min_size=1, max_size=9),
    st.sampled_from(["", DATE]),
    st.lists(st.sampled_from(["（此件公开发布）", "联系人：王敏　联系电话：0427-2820000"]), max_size=2),
)
def test_every_name_has_one_place_in_order_wide_enough_for_its_seal(
    names: list[str], day: str, remarks: list[str]
) -> None:
    places = seal_places(names, day, remarks)
    assert [name for row in places.rows for name in row if name] == names
    columns = {len(row) for row in places.rows}
    assert len(columns) == 1
    (count,) = columns
    assert LINE / count * CELL > DIAMETER
    assert all(characters(name) <= LINE / count for name in names) or count == 1
    assert places.rows[-1][-1] == names[-1]
    assert places.clear or remarks


@pytest.mark.parametrize("signers", [JOINT[:1], JOINT[:2], JOINT])
def test_all_kinds_of_file_say_the_same(signers: tuple[str, ...]) -> None:
    source = letter(sealed=True, signers=signers)
    want = expected_text(source)
    assert read_docx(render(source, Format.DOCX).content) == want
    assert squeezed(read_text(pdf_and_ofd(source)[1])) == want


def test_the_docx_has_the_date_four_characters_in_and_the_same_middle() -> None:
    docx = docx_of(letter(sealed=True))
    (name,), (date,) = docx.paragraphs("发文机关署名"), docx.paragraphs("成文日期")
    right = [int(node.find(".//{*}ind").attrib.values()[0]) / 20 / MM for node in (name, date)]
    assert right[1] == pytest.approx(4 * CELL, abs=0.3)
    assert right[0] + 3 * CELL == pytest.approx(right[1] + 6.5 * CELL / 2, abs=0.5)


def test_a_letter_signed_before_keeps_its_bytes_and_what_is_sealed_says_so() -> None:
    plain, sealed = letter(), letter(sealed=True)
    assert b"sealed" not in canonical_bytes(plain)
    assert digest(plain) != digest(sealed)
    assert from_dict(to_dict(sealed)) == sealed
    assert from_dict(to_dict(plain)) == plain
    with pytest.raises(LetterDataError):
        from_dict({**to_dict(plain), "sealed": "yes"})
    with pytest.raises(LetterDataError):
        from_dict({**to_dict(plain), "sealed": False})


def test_a_draft_without_date_or_without_names_is_set_too() -> None:
    for source in (letter(sealed=True, signed_on=None), letter(sealed=True, signers=())):
        assert printed_text(render_pdf(source)) == expected_text(source)
    nothing = replace(letter(sealed=True), signers=(), signed_on=None)
    assert render_pdf(nothing).pages == render_pdf(replace(nothing, sealed=False)).pages
