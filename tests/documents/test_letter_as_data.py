"""The neutral structure: what is signed, stored and read back."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.documents.letter import (
    Letter,
    LetterDataError,
    canonical_bytes,
    digest,
    from_dict,
    plain_text,
    public_copy,
    to_dict,
)
from tests.documents.samples import letter, outline

names = st.tuples(st.text(), st.text())


def test_a_letter_comes_back_from_json_as_it_was() -> None:
    source = letter()
    assert from_dict(json.loads(json.dumps(to_dict(source)))) == source


@given(text=st.text(st.characters(exclude_categories=["Cs"])), closing=names, day=st.none() | st.dates())
def test_any_text_comes_back_from_the_canonical_bytes(text: str, closing: tuple[str, str], day: date | None) -> None:
    source = letter(opening=text, closing=closing, signed_on=day)
    assert from_dict(json.loads(canonical_bytes(source))) == source


def test_the_digest_is_the_same_for_equal_letters_and_another_for_any_change() -> None:
    assert digest(letter()) == digest(letter())
    changed = [letter(note=""), letter(signed_on=date(2022, 8, 19)), letter(body=outline(1)), letter(kind="public")]
    assert len({digest(source) for source in [letter(), *changed]}) == 5


def test_the_canonical_bytes_never_change_for_a_letter_that_was_signed_before() -> None:
    signed = Letter(
        masthead="盘锦市司法局", number="盘司函〔2022〕18号", class_mark="A", title="答复", addressee="李明委员",
        opening="收悉。", body=(), closing=(), signers=("盘锦市司法局",), signed_on=date(2022, 8, 18),
    )  # fmt: skip
    assert canonical_bytes(signed).decode() == (
        '{"addressee":"李明委员","body":[],"class_mark":"A","closing":[],"contact_person":"","contact_phone":"",'
        '"copies":[],"kind":"letter","masthead":"盘锦市司法局","note":"","number":"盘司函〔2022〕18号","opening":"收悉。",'
        '"signed_on":"2022-08-18","signers":["盘锦市司法局"],"title":"答复","version":1}'
    )


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"title": None},
        {"body": [{"level": 1}]},
        {"signed_on": "soon"},
        {"colour": "red"},
        {"copies": 3},
    ],
)
def test_damaged_data_is_refused_with_a_clear_line(damage: dict[str, object]) -> None:
    with pytest.raises(LetterDataError, match="公文数据"):
        from_dict({**to_dict(letter()), **damage})


def test_the_public_copy_leaves_out_contact_and_copies_and_keeps_the_rest() -> None:
    copy = public_copy(letter())
    assert copy == replace(letter(), kind="public", contact_person="", contact_phone="", copies=())
    assert "王敏" not in plain_text(copy)
    assert "抄送" not in plain_text(copy)


def test_the_plain_text_has_one_line_per_printed_paragraph() -> None:
    lines = plain_text(letter(body=(), addressee="李明委员:")).split("\n")
    assert lines[:5] == [
        "盘锦市司法局",
        "盘司函〔2022〕18号",
        "A",
        "对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复",
        "李明委员：",
    ]
    assert lines[-5:] == [
        "盘锦市司法局",
        "2022年8月18日",
        "（此件公开发布）",
        "联系人：王敏　联系电话：0427-2820000",
        "抄送：市政协提案委员会，市政府督查室，市公安局，市市场监督管理局，市营商环境建设局。",
    ]


def test_a_draft_without_date_prints_none() -> None:
    assert "年8月" not in plain_text(letter(body=(), signed_on=None))
