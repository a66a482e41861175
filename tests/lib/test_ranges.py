"""Which part of a file a `Range` header asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.ranges import NoSuchRange, asked_range


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("bytes=0-9", (0, 9)),
        ("bytes=90-", (90, 99)),
        ("bytes=95-500", (95, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=99-99", (99, 99)),
        (" BYTES = 0 - 9 ", (0, 9)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-1", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-9", None),
        ("bytes=一-二", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_one_range_is_understood_and_anything_else_is_the_whole_file(
    header: str, asked: tuple[int, int] | None
) -> None:
    assert asked_range(header, 100) == asked


@pytest.mark.parametrize(("header", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)])
def test_a_range_outside_the_file_is_refused(header: str, size: int) -> None:
    with pytest.raises(NoSuchRange):
        asked_range(header, size)


@given(st.text(), st.integers(0, 1000))
def test_no_header_breaks_it_and_every_answer_lies_in_the_file(header: str, size: int) -> None:
    for value in (header, f"bytes={header}"):
        try:
            asked = asked_range(value, size)
        except NoSuchRange:
            continue
        assert asked is None or 0 <= asked[0] <= asked[1] < size
