"""The pages of a book: every case once and in order, contents and index that tell the truth, volumes that go on."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.pdftypes import resolve1

from replies.documents.book.coverage import missing_in_case
from replies.documents.book.layout import volumes_of
from replies.documents.book.structure import (
    ABSTRACTS,
    CLOSED_MARK,
    REPLIES,
    Book,
    BookDataError,
    Chapter,
    Part,
    entries_of,
    proposer_index,
)
from replies.documents.book.volumes import here, in_process, make_files, new_plan
from replies.documents.formats import Format
from replies.documents.pdf import MissingGlyph
from tests.documents.book.reading import (
    between,
    bookmarks,
    contents,
    entry_pages,
    expected_text,
    links,
    opened,
    printed_number,
    sheets,
    title_of,
    volumes,
)
from tests.documents.book.samples import book, entry, small
from tests.documents.generated import generated
from tests.documents.samples import letter, squeezed

RARE = "䶮㛃𫖮𬭚喆堃祎赟"


@pytest.mark.parametrize("kind", [REPLIES, ABSTRACTS])
def test_the_pages_say_what_the_structure_says_in_its_order(kind: str) -> None:
    source = small(kind, count=12)
    (file,) = volumes(source)
    text = "".join(sheet.text for sheet in sheets(file))
    assert text[: text.index("提案者索引")] == expected_text(source)


@settings(max_examples=6, deadline=None)
@given(
    seeds=st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True),
    kind=st.sampled_from([REPLIES, ABSTRACTS]),
    length=st.sampled_from([20, 300, 900]),
    closed=st.booleans(),
)
def test_books_of_every_shape_are_whole_and_their_contents_are_true(
    seeds: list[int], kind: str, length: int, closed: bool
) -> None:
    answers = {seed: [generated(seed)] * (seed % 3) if kind == REPLIES else [] for seed in seeds}
    source = book((entry(seed, *answers[seed], length=length, closed=closed) for seed in seeds), kind)
    (file,) = volumes(source)
    text = "".join(sheet.text for sheet in sheets(file))
    assert text[: text.rindex("提案者索引")] == expected_text(source)
    said = {line: page for line, page in contents(file) if line.startswith("第")}
    assert [said[title_of(one)] for one in entries_of(source)] == entry_pages(source, [file])


@pytest.mark.parametrize("most_pages", [1800, 8])
def test_contents_name_the_page_on_which_each_title_stands(most_pages: int) -> None:
    source = small(count=9)
    files = volumes(source, most_pages=most_pages)
    said = [page for line, page in contents(files[0]) if line.startswith("第") and "号" in line]
    assert said == entry_pages(source, files)
    assert len(files) == 1 or len(files) == files[0].of > 1


@pytest.mark.parametrize("number", ["第平1000号", "九届三次会议第001号"])
def test_contents_keep_a_long_number_on_one_line(number: str) -> None:
    source = book([entry(1, number=number, title="关于湿地的提案"), entry(2)], ABSTRACTS)
    (file,) = volumes(source)
    said = [line for line, _ in contents(file)]
    assert f"{number}关于湿地的提案" in said


def test_contents_name_the_volumes_of_the_whole_work() -> None:
    files = volumes(small(count=9), most_pages=12)
    with opened(files[0]) as pages:
        first = between(pages[2], 0, 262)
    assert all(name in first for name in ("第一册", "第二册", "第三册"))
    assert "提案者索引（见第四册）" in first
    with opened(files[1]) as pages:
        second = between(pages[2], 0, 262)
    assert "第一册" not in second


def test_volumes_are_of_about_one_thickness() -> None:
    source = book(entry(number, letter(), length=400) for number in range(1, 30))
    lengths = [volume.last - volume.first + 1 for volume in volumes_of(source, most_pages=60)]
    assert sum(lengths) == 29
    assert len(lengths) > 2
    assert max(lengths) - min(lengths) <= 1


def test_volumes_go_on_counting() -> None:
    files = volumes(small(count=9), most_pages=12)
    numbers = [sheet.number for file in files for sheet in sheets(file)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [file.first_page for file in files] == [sheets(file)[0].number for file in files]


def test_odd_numbers_stand_on_the_right_of_right_hand_pages() -> None:
    for file in volumes(small(count=9), most_pages=12):
        with opened(file) as pages:
            for place, page in enumerate(pages, start=1):
                number = printed_number(page)
                assert not number.isdigit() or int(number) % 2 == place % 2
        assert all(sheet.on_the_right == bool(sheet.number % 2) for sheet in sheets(file))


def test_running_heads_name_the_work_on_the_left_and_the_chapter_on_the_right() -> None:
    source = small(count=9)
    (file,) = volumes(source)
    for sheet in sheets(file):
        if sheet.number % 2 == 0:
            assert sheet.head == "提案及答复汇编"
        else:
            assert sheet.head in {chapter.title for chapter in source.chapters} | {"提案者索引"}


@pytest.mark.parametrize("length", [60, 90, 120, 150])
def test_no_title_stands_alone_at_the_end_of_a_page(length: int) -> None:
    source = book((entry(seed, length=length) for seed in range(1, 20)), ABSTRACTS)
    (file,) = volumes(source)
    titles = tuple(map(title_of, entries_of(source)))
    found = sheets(file)
    assert len(found) > 8
    assert not any(sheet.text.endswith(titles) for sheet in found)


def test_a_signature_never_stands_alone() -> None:
    signed = [letter(title=f"对第{n}号提案的答复", opening="办" * (28 * n)) for n in range(14, 22)]
    source = book(entry(n, one, length=20 * n) for n, one in enumerate(signed, start=1))
    (file,) = volumes(source)
    found = sheets(file)
    assert not any(sheet.text.startswith("盘锦市司法局2022年8月18日") for sheet in found)
    # Nor does an answer's title, with its number and addressee under it.
    assert not any(sheet.text.endswith(("提案的答复", "18号", "民建盘锦市委员会：")) for sheet in found)


def test_links_of_contents_and_index_land_on_the_title() -> None:
    source = small(count=9)
    (file,) = volumes(source)
    with opened(file) as pages:
        numbers = [printed_number(page) for page in pages]
    titles = entry_pages(source, [file])
    chapters, key = [], 0
    for chapter in source.chapters:
        chapters.append(titles[key])
        key += len(chapter.entries)
    index = next(sheet.number for sheet in sheets(file) if sheet.text.startswith("提案者索引"))
    found = links(file)
    from_contents = [int(numbers[to]) for at, to in found if not numbers[at].isdigit()]
    assert sorted(from_contents) == sorted([*titles, *chapters, index])
    from_index = [int(numbers[to]) for at, to in found if numbers[at].isdigit()]
    assert sorted(from_index) == sorted(titles[key] for _, keys in proposer_index(source) for key in keys)


def test_bookmarks_show_chapters_cases_and_answers() -> None:
    source = book([entry(1, letter()), entry(6, letter()), entry(2, letter())])
    (file,) = volumes(source)
    with opened(file) as pages:
        numbers = [printed_number(page) for page in pages]
    found = bookmarks(file)
    assert [level for level, _, _ in found] == [0, 1, 2, 1, 2, 0, 1, 2, 0]
    cases = [(title, int(numbers[page])) for level, title, page in found if level == 1]
    titles = map(title_of, entries_of(source))
    assert cases == list(zip(titles, entry_pages(source, [file]), strict=True))


def test_the_index_names_every_proposer_with_the_pages_of_his_cases() -> None:
    source = small(count=9)
    (file,) = volumes(source)
    text = "".join(sheet.text for sheet in sheets(file)).split("提案者索引")[-1]
    pages = entry_pages(source, [file])
    at = 0
    for name, keys in proposer_index(source):
        line = squeezed(name) + "、".join(str(pages[key]) for key in keys)
        at = text.index(line, at) + len(line)
    assert at == len(text)


def test_the_index_holds_the_proposers_of_merged_cases_and_is_sorted_by_sound() -> None:
    source = book([entry(1, proposers=("赵州", "安宁"), joined=("白露",), merged=("第008号《甲》（白露）",))])
    assert [name for name, _ in proposer_index(source)] == ["安宁", "白露", "赵州"]


def test_a_case_that_is_not_public_says_so_in_contents_and_text() -> None:
    source = book([entry(1, letter(), closed=True), entry(6, letter())])
    (file,) = volumes(source)
    marked = [line for line, _ in contents(file) if CLOSED_MARK in line]
    assert len(marked) == 1
    assert "".join(sheet.text for sheet in sheets(file)).count(CLOSED_MARK) == 1


def test_no_contact_is_printed() -> None:
    (file,) = volumes(book([entry(1, letter())]))
    text = "".join(sheet.text for sheet in sheets(file))
    assert "特此答复" in text
    assert not any(word in text for word in ("王敏", "2820000", "抄送"))


def test_rare_characters_of_names_are_printed() -> None:
    source = book([entry(1, proposers=tuple(RARE))])
    (file,) = volumes(source)
    text = "".join(sheet.text for sheet in sheets(file))
    assert all(text.count(character) == 2 for character in RARE)  # with the case and in the index


def test_a_character_without_a_glyph_is_named_with_its_case() -> None:
    source = book([entry(1), entry(2, title="关于\U0001f600的提案")], ABSTRACTS)
    with pytest.raises(MissingGlyph) as refused:
        volumes(source)
    assert "第002号标题" in refused.value.message


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "关于𠮷的提案"},
        {"proposers": ("𠮷川",)},
        {"topic": "𠮷"},
        {"merged": ("第007号《𠮷》",)},
        {"joined": ("𠮷川",)},
        {"parts": (Part(heading="𠮷", paragraphs=("正文。",)),)},
        {"parts": (Part(heading="背景", paragraphs=("由𠮷川负责。",)),)},
        {"answers": (letter(closing=("特此𠮷复。",)),)},
        {"title": "关于喆堃的提案", "proposers": ("甲\u200b乙",)},
        {"title": "\u4db6"},
        {"parts": (Part(heading="\u4db6", paragraphs=("正文。",)),)},
    ],
)
def test_what_a_case_cannot_be_printed_for_is_foretold_as_the_typesetter_says(changes: dict[str, Any]) -> None:
    case = entry(1, **changes)
    source = book([case])
    try:
        volumes(source)
        refused: tuple[str, ...] = ()
    except MissingGlyph as error:
        refused = error.characters
    found = missing_in_case(source.kind, source.chapters[0].title, case)
    assert (found.characters if found else ()) == refused


def test_the_title_of_a_chapter_is_looked_at_with_each_of_its_cases() -> None:
    found = missing_in_case(REPLIES, "𠮷林路", entry(1))
    assert found is not None
    assert "章名“𠮷林路”" in found.message


@pytest.mark.parametrize("chapters", [(), (Chapter(title="空", entries=()),)])
def test_an_empty_book_is_refused(chapters: tuple[Chapter, ...]) -> None:
    with pytest.raises(BookDataError):
        volumes(replace(small(), chapters=chapters))


def test_no_other_format_is_made() -> None:
    with pytest.raises(BookDataError):
        volumes(small(count=1), Format.OFD)


def test_the_same_book_gives_the_same_bytes_here_and_in_a_child_process() -> None:
    source = small(count=3)
    made = [
        [file.content for file in make_files(source, formats=list(FORMATS), maker=maker(source), plan=new_plan(source))]
        for maker in (here, in_process, here)
    ]
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == 2


FORMATS = (Format.PDF, Format.DOCX)


def test_a_killed_run_goes_on_where_it_ended_with_the_same_bytes() -> None:
    source = small(count=9)
    whole = {(file.kind, file.number): file.content for file in _files(source)}
    plan, done = new_plan(source), {}
    for file in _files(source, plan):
        done[file.kind, file.number] = file.content
        if len(done) == 3:
            break
    for file in _files(source, plan, done):
        done[file.kind, file.number] = file.content
    assert done == whole


def _files(source: Book, plan=None, done=()):  # type: ignore[no-untyped-def]
    return make_files(
        source,
        formats=FORMATS,
        maker=here(source),
        plan=plan or new_plan(source),
        is_finished=lambda kind, number: (kind, number) in done,
        most_pages=12,
    )


def test_every_volume_is_tagged_archivable_and_named() -> None:
    for file in volumes(small(count=9), most_pages=8):
        with pdfplumber.open(io.BytesIO(file.content)) as pdf:
            catalog = pdf.doc.catalog
            about = pdf.doc.info[0]
            said = resolve1(catalog["Metadata"]).get_data().decode()
        assert "StructTreeRoot" in catalog
        assert "<pdfaid:part>2</pdfaid:part>" in said
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in said
        assert "<pdfuaid:part>1</pdfuaid:part>" in said
        assert catalog["Lang"].startswith(b"zh")
        title = about["Title"].decode("utf-16")
        assert title.startswith("政协盘锦市第九届委员会第一次会议提案及答复汇编（第")
        assert b"2022" in about["CreationDate"]
