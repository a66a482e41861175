"""Codes typed from paper: the same secret gives the same code, and what people make of it is understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panjin_portal.lib.typed_codes import ALPHABET, as_typed, code_of

SECRETS = st.binary(min_size=10, max_size=32)


@given(SECRETS)
def test_four_groups_of_four_signs_that_look_like_no_other(secret: bytes) -> None:
    groups = code_of(secret).split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("ilou")


@given(SECRETS, SECRETS)
def test_every_bit_of_ten_bytes_counts(one: bytes, other: bytes) -> None:
    assert (code_of(one) == code_of(other)) == (one[:10] == other[:10])


@given(SECRETS)
def test_a_code_typed_as_people_type_is_the_code(secret: bytes) -> None:
    code = code_of(secret)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (code.upper(), code.replace("-", ""), code.replace("-", " – "), wide, code.replace("0", "O")):
        assert as_typed(typed) == code
    assert as_typed(code.replace("1", "l")) == as_typed(code.replace("1", "I")) == code


@pytest.mark.parametrize("other", ["", "k" * 43, "abcd-efgh", "k3vd-08xa-19mw-qqu2", "k3vd08xa19mwqq22z"])
def test_what_is_no_code_stays_as_it_is(other: str) -> None:
    assert as_typed(other) == other
