"""A page made to hang the reader is read like any other: every search is linear in the page."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from replies.structure.reading import read_reply

_HEAD = "对市政协九届一次会议关于湿地保护(第005号)提案的答复\n民建盘锦市委员会:\n"
_END = "\n盘锦市司法局\n2022年8月18日"
_SIZE = 60_000
_ENOUGH = 30  # seconds; a search that goes back over the page needs hours
_UNITS = [
    "（",
    "《",
    "“",
    "，\n",
    "一、\n",
    "关于提案的答复\n",
    "<!--",
    "联合",
    "市局、",
    "索 引 号 ",
    "盘锦市司法局",
    "1.",
    "市某某专班\n",
    "某、\n",
    "一是好\n",
]


@pytest.fixture(autouse=True)
def _alarm() -> Iterator[None]:
    def _too_long(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError("reading does not end")

    before = signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(_ENOUGH)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("unit", _UNITS)
def test_a_page_of_one_repeated_sign_comes_to_an_end(unit: str) -> None:
    letter = f"{_HEAD}{unit * (_SIZE // len(unit))}{_END}"
    assert read_reply(letter).proposal_number == "005"
