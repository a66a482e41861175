"""Words go back into the form they came from: every kind of field, every byte elsewhere untouched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panjin_portal.lib.refill import refill

PAGE = """<!doctype html><p title="a>b">前文 &amp; 其他</p>
<form method="get" action="/f/"><input name="title" value="搜"></form>
<form method="post" action="/f/" data-autosave="/s/">
<input type="hidden" name="csrfmiddlewaretoken" value="fresh"><input type="hidden" name="version" value="3">
<input type="text" name="title" value="旧" required><input type="password" name="new_password1">
<textarea name="body" rows="3">
旧文</textarea>
<input type="checkbox" name="tags" value="a" checked><input type="checkbox" name="tags" value="b">
<input type="radio" name="kind" value="x" checked><input type="radio" name="kind" value="y">
<select name="bureau"><option value="1" selected>甲</option><option value="2">乙</option></select>
<input type="file" name="attachments"><button name="do" value="save">保存</button></form>
<footer>尾</footer>"""
SENT = {
    "csrfmiddlewaretoken": ["old"],
    "version": ["2"],
    "title": ['新“<b>&"'],
    "body": ["</textarea><script>alert(1)</script>"],
    "tags": ["b"],
    "kind": ["y"],
    "bureau": ["2"],
    "do": ["save"],
    "new_password1": ["secret words"],
}


def filled(page: str = PAGE, sent: dict[str, list[str]] | None = None) -> str:
    return refill(page, here="/f/", target="/f/", sent=sent or SENT).page


def test_every_kind_of_field_gets_what_was_sent() -> None:
    page = filled()

    assert 'name="version" value="2"' in page
    assert 'name="title" value="新“&lt;b&gt;&amp;&quot;" required=""' in page
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "<script>" not in page
    assert 'name="tags" value="a">' in page
    assert 'name="tags" value="b" checked' in page
    assert 'name="kind" value="x">' in page
    assert 'name="kind" value="y" checked' in page
    assert '<option value="1">' in page
    assert '<option value="2" selected' in page


def test_token_password_other_forms_and_the_rest_of_the_page_stay() -> None:
    page = filled()

    assert 'value="fresh"' in page
    assert "secret" not in page
    assert page.startswith(PAGE[: PAGE.index('<form method="post"')])
    assert page.endswith("<footer>尾</footer>")


def test_a_form_that_saves_by_itself_is_told_to_wait() -> None:
    assert 'data-autosave="/s/" data-unsaved="held"' in filled()


def test_a_form_without_an_action_goes_to_the_page_itself() -> None:
    page = PAGE.replace(' action="/f/" data', " data")

    assert 'value="新' in filled(page)
    assert refill(page, here="/other/", target="/f/", sent=SENT).form_at == -1


def test_only_what_a_person_fills_in_counts_as_come_back() -> None:
    def came_back(form: str, **sent: str) -> bool:
        page = f'<form method="post" action="/f/">{form}</form>'
        return refill(page, here="/f/", target="/f/", sent={name: [value] for name, value in sent.items()}).came_back

    plain = '<input type="hidden" name="version" value="1"><button name="do" value="ofd">生成 OFD</button>'
    assert not came_back(plain, version="1", do="ofd")
    assert not came_back(f'{plain}<textarea name="note"></textarea>', do="ofd", note="")
    assert came_back(f'{plain}<textarea name="note"></textarea>', do="ofd", note="说明")
    assert came_back('<select name="kind"><option value="1">一</option></select>', kind="1")
    assert came_back('<input type="checkbox" name="tag" value="a">', tag="a")
    assert came_back('<input name="title">', title="题")


def test_words_without_a_field_are_given_back_apart_and_keys_are_not() -> None:
    result = refill(PAGE, here="/f/", target="/f/", sent={**SENT, "gone": ["没有地方的话"], "key": ["17"]})

    assert result.homeless == ["没有地方的话"]


def test_without_the_form_all_words_are_given_back_but_passwords() -> None:
    result = refill("<main>已办结</main>", here="/f/", target="/f/", sent=SENT)

    assert (result.page, result.form_at) == ("<main>已办结</main>", -1)
    assert result.homeless == [SENT["title"][0], SENT["body"][0]]


ROWS = """<form method="post"><input type="hidden" name="asks-TOTAL_FORMS" value="1">
<div data-rows="asks"><ol><li><textarea name="asks-0-text"></textarea></li></ol>
<template><li><textarea name="asks-__prefix__-text"></textarea></li></template></div></form>"""


@pytest.mark.parametrize(("total", "rows"), [("3", 3), ("1", 1), ("0", 1), ("999999", 60), ("x", 1)])
def test_rows_that_were_added_come_back_within_reason(total: str, rows: int) -> None:
    sent = {"asks-TOTAL_FORMS": [total], "asks-0-text": ["甲"], "asks-2-text": ["丙丙"]}
    page = filled(ROWS, sent)

    assert page.count("<li><textarea") == rows + 1, "and the template"
    assert f'name="asks-TOTAL_FORMS" value="{rows}"' in page
    assert ('<textarea name="asks-2-text">\n丙丙</textarea>' in page) == (rows > 2)


TEXTS = st.lists(st.text(max_size=20), max_size=1)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "body", "bureau"]), TEXTS))
def test_whatever_was_sent_no_tag_is_added(sent: dict[str, list[str]]) -> None:
    assert filled(PAGE, sent or {"title": [""]}).count("<") == PAGE.count("<")
