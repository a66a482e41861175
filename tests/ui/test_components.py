"""The shared parts of pages: what is shown, what is withheld, and that no text becomes markup."""

from dataclasses import dataclass

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Action:
    label: str
    url: str
    allowed: bool
    reason: str = ""


@dataclass(frozen=True)
class Fact:
    label: str
    value: str


def test_an_action_that_is_not_allowed_has_no_link_and_says_why() -> None:
    actions = [Action("签收", "/a/", True), Action("签发", "/b/", False, "还有一个会办单位没有会签。")]
    html = render_to_string("components/action_bar.html", {"actions": actions})
    assert 'href="/a/"' in html
    assert "/b/" not in html
    assert 'aria-disabled="true"' in html
    assert "还有一个会办单位没有会签。" in html


@pytest.mark.parametrize(
    ("template", "context"),
    [
        ("components/meta_table.html", {"rows": [Fact("标题", "<b>x</b>")]}),
        ("components/state.html", {"label": "<b>x</b>"}),
        ("components/empty.html", {"title": "<b>x</b>"}),
        ("components/progress.html", {"label": "<b>x</b>", "failed": True, "error": "<b>x</b>"}),
        ("components/confirm.html", {"title": "<b>x</b>", "effects": ["<b>x</b>"], "recipients": ["<b>x</b>"]}),
        ("components/conflict.html", {"mine": "<b>x</b>", "theirs": "<b>x</b>", "saved_by": "<b>x</b>"}),
    ],
)
def test_no_text_becomes_markup(template: str, context: dict[str, object]) -> None:
    html = render_to_string(template, context)
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_a_message_may_name_the_draft_the_server_has_now() -> None:
    html = render_to_string(
        "components/messages.html", {"messages": [Message(constants.SUCCESS, "已保存", extra_tags="reply-7-user-2")]}
    )
    assert 'data-draft-saved="reply-7-user-2"' in html
    assert 'class="notice notice-success"' in html


def test_work_that_is_over_is_not_asked_about_again() -> None:
    assert "data-done" in render_to_string("components/progress.html", {"label": "生成", "done": True})
    assert "data-done" in render_to_string("components/progress.html", {"label": "生成", "failed": True})
    assert "data-done" not in render_to_string("components/progress.html", {"label": "生成", "percent": 40})


@pytest.mark.parametrize("code", ["400", "403", "404", "500", "errors/409", "errors/csrf", "errors/locked"])
def test_an_error_page_needs_nothing_from_a_view_or_the_database(code: str) -> None:
    html = render_to_string(f"{code}.html")
    assert "<h1>" in html
    assert "回到首页" in html


def test_a_refusal_gives_its_reason() -> None:
    assert "签发须由局长办理" in render_to_string("errors/403.html", {"reason": "签发须由局长办理"})
    assert "签发须由局长办理" in render_to_string("403.html", {"exception": "签发须由局长办理"})
    assert "王琳已先签收" in render_to_string("errors/409.html", {"message": "王琳已先签收"})
