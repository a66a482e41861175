"""Templates hold nothing the strict content policy would block: no inline script, style or event handler."""

import re

import pytest

from tests.architecture.source import ROOT, templates

COMMENTS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL)
BLOCKED = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx evaluating code": re.compile(r"\shx-on[:\s=]|hx-vals=['\"]js:", re.IGNORECASE),
    "a script address": re.compile(r"(href|src|action)\s*=\s*['\"]?\s*javascript:", re.IGNORECASE),
    "something from another host": re.compile(r"(src|href)\s*=\s*['\"](https?:)?//(?!www\.w3\.org)", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|{%\s*autoescape off"),
}


def offences(text: str) -> list[str]:
    """What of ``BLOCKED`` a template's text holds, comments aside."""
    plain = COMMENTS.sub("", text)
    return [what for what, pattern in BLOCKED.items() if pattern.search(plain)]


def test_no_template_holds_anything_the_policy_blocks() -> None:
    pages = [path for path in templates() if path.suffix == ".html"]  # a mail is plain text and escapes nothing
    found = {str(path.relative_to(ROOT)): offences(path.read_text(encoding="utf-8")) for path in pages}

    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<script type="module">import "x"</script>',
        "<style>p{}</style>",
        '<p class="a" style="color:red">',
        '<button onclick="go()">',
        '<button hx-on:click="go()">',
        '<a href="javascript:go()">',
        '<img src="https://elsewhere.example/x.png">',
        "{{ text|safe }}",
    ],
)
def test_an_offence_is_seen(text: str) -> None:
    assert offences(text)


@pytest.mark.parametrize(
    "text",
    ['<script type="module" src="{% static "js/x.js" %}"></script>', "{# style=x #}", '<option value="onion=1">'],
)
def test_what_is_allowed_is_left_alone(text: str) -> None:
    assert offences(text) == []
