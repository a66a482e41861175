"""Plain text in the encodings that offices use, told from the bytes."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.sources.opening import MAX_CHARACTERS, MAX_TEXT_BYTES, PageText, SourceFormat, read_source
from tests.replies.structure.sources.makers import TEXT


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.encode("gb2312"), "gb18030"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_a_text_is_read_in_the_encoding_its_bytes_are_in(raw: bytes, encoding: str) -> None:
    assert read_source(raw, name="答复.html") == PageText(TEXT, SourceFormat.TEXT, encoding)


def test_rare_characters_of_names_survive_gb18030() -> None:
    text = f"{TEXT}\n喆䶮𬭚"
    assert read_source(text.encode("gb18030")).text == text


def test_a_tag_inside_a_plain_text_stays_text() -> None:
    text = TEXT.replace("东段的灯", "东段的灯<br>")
    assert read_source(text.encode()) == PageText(text, SourceFormat.TEXT, "utf-8")


def test_a_text_with_one_broken_place_is_refused_rather_than_read_as_nonsense() -> None:
    raw = (TEXT * 5).encode()
    with pytest.raises(UploadRefused, match="编码"):
        read_source(raw[:400] + b"\xff" + raw[400:])


@pytest.mark.parametrize("raw", [b"", b"  \n\t", codecs.BOM_UTF8, b"\0\0\0"])
def test_an_empty_file_is_refused(raw: bytes) -> None:
    with pytest.raises(UploadRefused, match="空的"):
        read_source(raw)


def test_a_text_that_is_too_large_or_too_long_is_refused() -> None:
    with pytest.raises(UploadRefused, match="2 MB"):
        read_source(b"a" * (MAX_TEXT_BYTES + 1))
    with pytest.raises(UploadRefused, match="个字"):
        read_source(b"a" * (MAX_CHARACTERS + 1))


def test_a_refusal_names_the_file_when_its_name_is_known() -> None:
    with pytest.raises(UploadRefused, match=r"“空\.txt”"):
        read_source(b"", name="C:\\目录\\空.txt")


@given(
    st.text(st.characters(exclude_categories=["C"]), min_size=1).filter(lambda text: text.strip() and "<" not in text)
)
@settings(deadline=None, max_examples=60)
def test_every_text_in_utf8_comes_back_as_it_was(text: str) -> None:
    assert read_source(codecs.BOM_UTF8 + text.encode()).text == text


@given(
    st.one_of(
        st.binary(max_size=400),
        st.builds(
            bytes.__add__,
            st.sampled_from(
                [
                    b"%PDF-1.7\n",
                    b"PK\x03\x04",
                    b"<html>",
                    b"\xff\xfe",
                    b"\xfe\xff",
                    b"\xd0\xcf\x11\xe0",
                    b"MIME-Version: 1.0\n",
                ]
            ),
            st.binary(max_size=400),
        ),
    )
)
@settings(deadline=None, max_examples=150)
def test_any_bytes_give_text_or_a_refusal_with_a_message(raw: bytes) -> None:
    assert outcome(raw).rstrip("\n")


def outcome(raw: bytes) -> str:
    """The text or the message; anything else is an error."""
    try:
        text = read_source(raw, name="什么.bin").text
    except UploadRefused as refused:
        return refused.message if refused.message.endswith("。") else ""
    return "" if "\0" in text else text.strip()
