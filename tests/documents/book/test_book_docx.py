"""The DOCX of a book: the same text, real headings, contents that are filled in before any program counts pages."""

from __future__ import annotations

import io
import re

import docx
import pytest

from replies.documents.book.docx_styles import BOOK_STYLES
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, entries_of, proposer_index
from replies.documents.formats import Format
from tests.documents.book.reading import entry_pages, expected_text, title_of, volumes
from tests.documents.book.samples import book, entry, small
from tests.documents.docx_parts import Docx, W, text_of
from tests.documents.samples import squeezed

MOST = 8


def made(book: Book, most_pages: int = 1800) -> list[Docx]:
    """The volumes as DOCX."""
    return [Docx(file.content) for file in volumes(book, Format.DOCX, most_pages)]


def styled(file: Docx, key: str) -> list[str]:
    """The squeezed texts of the paragraphs in the style with this key."""
    return [squeezed(text_of(one)) for one in file.find(f"//w:p[w:pPr/w:pStyle/@w:val='{key}']")]


@pytest.mark.parametrize("kind", [REPLIES, ABSTRACTS])
def test_it_says_what_the_structure_says_in_its_order(kind: str) -> None:
    source = small(kind, count=12)
    (file,) = made(source)
    text = squeezed("".join(map(text_of, file.find("//w:body/*"))))
    from_first_chapter = text[text.index("提案者索引") :].split("提案者索引")
    assert re.sub(r"^\d+", "", from_first_chapter[1]) == expected_text(source)


def test_chapters_cases_and_answers_are_headings_of_every_program() -> None:
    source = small(count=9)
    (file,) = made(source)
    assert styled(file, "Case") == [title_of(one) for one in entries_of(source)]
    assert styled(file, "Chapter") == [*(chapter.title for chapter in source.chapters), "提案者索引"]
    names = {style.name for style in docx.Document(io.BytesIO(file.content)).styles}
    assert {"Heading 1", "Heading 2", "Heading 3", "toc 1", "toc 2"} <= names
    assert not file.find("//w:style[w:name/@w:val='heading 1']/@w:customStyle", "styles")


def test_contents_are_a_field_with_the_pages_of_the_pdf_filled_in() -> None:
    source = small(count=9)
    (file,) = made(source)
    pages = entry_pages(source, volumes(source))
    assert [
        line.removeprefix(title_of(one)) for line, one in zip(styled(file, "TOC2"), entries_of(source), strict=True)
    ] == [str(page) for page in pages]
    fields = [node.text for node in file.find("//w:instrText")]
    assert fields[0].startswith(' TOC \\o "1-2"')
    assert sum("PAGEREF case" in field for field in fields) == 9 + sum(len(keys) for _, keys in proposer_index(source))


@pytest.mark.parametrize(("number", "width"), [("第平1000号", 5.0), ("九届三次会议第001号", 9.5)])
def test_the_column_of_numbers_has_room_for_the_longest_of_the_work(number: str, width: float) -> None:
    numbered = book(
        [entry(seed, number=number if seed == 9 else f"第{seed:03d}号") for seed in range(1, 10)], ABSTRACTS
    )
    for file in made(numbered, 2):
        lines = file.find("//w:p[w:pPr/w:pStyle/@w:val='TOC2']/w:pPr")
        for line in lines:
            (stop,) = line.xpath("w:tabs/w:tab[@w:val='left']/@w:pos", namespaces={"w": W.strip("{}")})
            (hanging,) = line.xpath("w:ind/@w:hanging", namespaces={"w": W.strip("{}")})
            assert stop == hanging
            assert (width + 0.9) * 240 <= int(stop) <= (width + 1.5) * 240


def test_fields_are_closed_and_their_bookmarks_exist_once() -> None:
    for file in made(small(count=9), MOST):
        depth = 0
        for mark in file.find("//w:fldChar/@w:fldCharType"):
            depth += {"begin": 1, "separate": 0, "end": -1}[str(mark)]
            assert depth >= 0
        assert depth == 0
        names = [str(name) for name in file.find("//w:bookmarkStart/@w:name")]
        numbers = [str(number) for number in file.find("//w:bookmarkStart/@w:id")]
        assert len(set(names)) == len(names) == len(set(numbers))
        wanted = {
            match.group(1) for node in file.find("//w:instrText") if (match := re.search(r"PAGEREF (\w+)", node.text))
        }
        assert wanted <= set(names)


def test_each_chapter_is_a_section_with_its_own_running_head() -> None:
    source = small(count=9)
    (file,) = made(source)
    heads = [
        squeezed("".join(map(text_of, file.find("//w:p", f"header{n}")))) for n in range(2, len(source.chapters) + 3)
    ]
    assert heads == [*(chapter.title for chapter in source.chapters), "提案者索引"]
    # Cover, contents, the chapters, the title of the index and its columns.
    assert len(file.find("//w:sectPr")) == 2 + len(source.chapters) + 2


def test_volumes_go_on_counting_and_name_each_other() -> None:
    source = small(count=9)
    papers, files = volumes(source, most_pages=MOST), made(source, MOST)
    assert len(files) == len(papers) > 1
    for paper, file in zip(papers, files, strict=True):
        assert file.find("//w:pgNumType[@w:fmt='decimal']/@w:start") == [str(paper.first_page)]
    lines = [
        line.removeprefix(title_of(one)) for line, one in zip(styled(files[0], "TOC2"), entries_of(source), strict=True)
    ]
    assert lines == [str(page) for page in entry_pages(source, papers)]
    assert len(styled(files[0], "VolumeName")) == len(files)


def test_every_named_style_is_there_and_xml_declares_each_namespace_once() -> None:
    (file,) = made(small(count=9))
    styles = {str(key) for key in file.find("//w:style/@w:styleId", "styles")}
    used = {str(key) for key in file.find("//w:pStyle/@w:val | //w:rStyle/@w:val")}
    assert used <= styles
    assert set(BOOK_STYLES) - {"Running"} - used <= {"VolumeName"}
    assert file.parts["word/document.xml"].count(W.strip("{}").encode()) == 1
