"""Half-width punctuation is widened for layout where it stands in Chinese text, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.documents.letter import normalise
from replies.documents.punctuation import full_width
from tests.documents.samples import letter

pieces = st.lists(st.sampled_from([*"市局关于，。（）《》“”,:;?!().%12aB -", "　", "”"]), max_size=30).map("".join)
WIDENED = str.maketrans("，；：？！（）", ",;:?!()")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("收悉,现答复如下:", "收悉，现答复如下："),
        ("建设(第005号) 提案的答复", "建设（第005号）提案的答复"),
        ("立法规划(2022-2026年)项目", "立法规划（2022-2026年）项目"),
        ("同比增长201.68%,即时答复", "同比增长201.68%，即时答复"),
        ("共12,345件,10:30开始", "共12,345件，10:30开始"),
        ("1.积极推进", "1.积极推进"),
        ("(简称《计划》),经讨论", "（简称《计划》），经讨论"),
        ("见https://example.cn/a?b=1(c)", "见https://example.cn/a?b=1(c)"),
        ("是否可行?可行!", "是否可行？可行！"),
        ("（半宽收尾)的", "（半宽收尾）的"),
        ("1)加强", "1）加强"),
        ("李 明 委员", "李 明 委员"),
        ("f(x), g(y)", "f(x), g(y)"),
    ],
)
def test_punctuation_beside_chinese_is_widened(typed: str, printed: str) -> None:
    assert full_width(typed) == printed


@given(pieces)
def test_twice_is_as_good_as_once(text: str) -> None:
    assert full_width(full_width(text)) == full_width(text)


@given(pieces)
def test_nothing_but_the_width_of_signs_and_blanks_changes(text: str) -> None:
    def bare(line: str) -> str:
        return line.translate(WIDENED).replace(" ", "")

    assert bare(full_width(text)) == bare(text)


def test_the_letter_keeps_what_was_typed_and_only_its_layout_is_widened() -> None:
    typed = letter(opening="收悉,现答复如下:", closing=("谢谢(多提意见).",))
    assert normalise(typed).opening == "收悉，现答复如下："
    assert typed.opening == "收悉,现答复如下:"
    assert normalise(typed).number == typed.number
