"""Both texts of a conflict in one view."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.diff import DiffLine, merge_view, side

texts = st.text(alphabet="甲乙丙。；！”\n", max_size=60)


def test_only_the_changed_sentence_differs() -> None:
    view = merge_view("开头。旧句。结尾。\n第二段。", "开头。新句。结尾。\n第二段。")
    assert view == [
        DiffLine("same", "开头。", ends_line=False),
        DiffLine("mine", "旧句。", ends_line=False),
        DiffLine("theirs", "新句。", ends_line=False),
        DiffLine("same", "结尾。"),
        DiffLine("same", "第二段。"),
    ]


def test_equal_texts_are_the_same_line_by_line() -> None:
    assert merge_view("甲。乙。\n丙", "甲。乙。\r\n丙") == [DiffLine("same", "甲。乙。"), DiffLine("same", "丙")]


def test_an_empty_text_has_no_lines() -> None:
    assert merge_view("", "") == []
    assert merge_view("", "甲") == [DiffLine("theirs", "甲")]
    assert merge_view("甲", "") == [DiffLine("mine", "甲")]


@given(mine=texts, theirs=texts)
def test_nothing_of_either_text_is_lost(mine: str, theirs: str) -> None:
    view = merge_view(mine, theirs)
    assert side(view, "mine") == mine
    assert side(view, "theirs") == theirs


@given(mine=texts, theirs=texts)
def test_exchanging_the_texts_keeps_both(mine: str, theirs: str) -> None:
    view = merge_view(theirs, mine)
    assert (side(view, "mine"), side(view, "theirs")) == (theirs, mine)


def test_endless_repetition_does_not_stop_the_page() -> None:
    mine, theirs = "甲。" * 20_000 + "末", "甲。乙。" * 20_000 + "尾"
    started = process_time()
    view = merge_view(mine, theirs)
    assert process_time() - started < 5
    assert side(view, "mine") == mine
    assert side(view, "theirs") == theirs
