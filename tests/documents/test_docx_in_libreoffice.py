"""Another program sets the DOCX as the PDF is set: the same pages, and line by line the same text.

What keeps a line from agreeing is LibreOffice's (docs/letter-files.md): it puts a gap between Chinese characters and
digits whatever the file says, and does not narrow two marks that follow each other.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from replies.documents.formats import Format
from replies.documents.letter import Letter
from replies.documents.pdf import render, render_pdf
from replies.structure.outline import Section
from replies.structure.reading import read_reply
from tests.documents.forms import FORMS
from tests.documents.office import Line, converted, lines_of, shared
from tests.documents.samples import letter, plain_body
from tests.documents.test_real_reply_as_letter import as_letter

pytestmark = pytest.mark.office

# No digit stands inside a paragraph, and marks do not follow each other.
PLAIN = (
    "各承办单位把办理提案同改进日常工作结合起来，先到现场听取意见，再同提案者商量办法，"
    "能够马上解决的当场答复；条件还不具备的，列入下一年度的计划，写明由谁负责、何时完成。"
)
NO_GAPS = {
    "plain": letter(body=plain_body(8, PLAIN)),
    "run_in": letter(
        body=tuple(Section(2, f"（{mark}）", "关于这一条建议。", True, (PLAIN * 2,), ()) for mark in "一二三四五六七")
    ),
}
LETTERS: dict[str, Letter] = {
    "sample": letter(),
    **NO_GAPS,
    **{name: form for name, form in FORMS.items() if isinstance(form, Letter)},
}


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[Line], list[Line]]]:
    """By name: the lines of our PDF, and those of LibreOffice's PDF of our DOCX."""
    theirs = converted(
        {name: render(one, Format.DOCX).content for name, one in LETTERS.items()}, tmp_path_factory.mktemp("office")
    )
    return {name: (lines_of(render_pdf(one).content), lines_of(theirs[name])) for name, one in LETTERS.items()}


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_the_file_has_as_many_pages_as_the_pdf(name: str, read: dict[str, tuple[list[Line], list[Line]]]) -> None:
    ours, theirs = read[name]
    assert ours[-1][0] == theirs[-1][0]


@pytest.mark.parametrize("name", sorted(set(LETTERS) - {"sample", "assignment"}))
def test_every_line_of_a_paper_without_digits_in_its_text_agrees(
    name: str, read: dict[str, tuple[list[Line], list[Line]]]
) -> None:
    ours, theirs = read[name]
    assert ours == theirs


@pytest.mark.parametrize(("name", "floor"), [("sample", 61 / 65), ("assignment", 16 / 18)])
def test_lines_with_digits_differ_no_more_than_they_did(
    name: str, floor: float, read: dict[str, tuple[list[Line], list[Line]]]
) -> None:
    ours, theirs = read[name]
    assert shared(ours, theirs) / len(ours) >= floor


@pytest.mark.real_reply
def test_the_real_reply_full_of_digits_keeps_its_pages_and_two_lines_of_five(real_reply: Path, tmp_path: Path) -> None:
    source = as_letter(read_reply(real_reply.read_text(encoding="utf-8")))
    ours = lines_of(render_pdf(source).content)
    theirs = lines_of(converted({"real": render(source, Format.DOCX).content}, tmp_path)["real"])
    assert ours[-1][0] == theirs[-1][0]
    assert shared(ours, theirs) / len(ours) >= 0.4
