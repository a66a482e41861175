"""Putting words that were sent, and not stored, back into the form of a page they came from: pure text to text.

The page is Django's own output; only the values of the form change, every other byte stays. Values are escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

Sent = Mapping[str, Sequence[str]]
NEVER = re.compile(r"^csrfmiddlewaretoken$|-INITIAL_FORMS$|password", re.IGNORECASE)
TOTAL = "-TOTAL_FORMS"
TYPED = {"text", "search", "email", "tel", "url", "number", "date", "datetime-local", "time", "month", "hidden"}
CHOSEN = {"checkbox", "radio"}


@dataclass(frozen=True)
class Refilled:
    """The page with the words in it, where its form starts (-1: there was none), texts without a field, and whether
    anything a person had typed or chosen is back in a field."""

    page: str
    form_at: int
    homeless: list[str]
    came_back: bool


@dataclass
class _Edits:
    """Replacements of stretches of a text, made all at once."""

    made: list[tuple[int, int, str]] = field(default_factory=list)

    def applied(self, text: str) -> str:
        for start, end, new in sorted(self.made, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def refill(page: str, *, here: str, target: str, sent: Sent) -> Refilled:
    """``page``, shown at the path ``here``, with ``sent`` in its POST form that goes to the path ``target``.

    A form that saves by itself is marked so that it waits for its writer. Rows a script had added come back too.
    """
    kept = {name: list(values) for name, values in sent.items() if not NEVER.search(name)}
    reader = _Reader(page, here, target, kept)
    filled = _added_rows(reader, kept)
    names = reader.names | filled
    homeless = [value for name, values in kept.items() if name not in names for value in values]
    if reader.form_at < 0:
        homeless = [value for name, values in kept.items() if not name.endswith(TOTAL) for value in values]
    came_back = any(any(kept.get(name, [])) for name in reader.asked | filled)
    words = [text for text in homeless if _is_words(text)]
    return Refilled(reader.edits.applied(page), reader.form_at, words, came_back)


def _is_words(text: str) -> bool:
    """Whether a person would miss it: keys, versions and names of buttons he would not."""
    return bool(text.strip()) and (not text.isascii() or " " in text.strip() or len(text) > 30)


class _Reader(HTMLParser):
    """Walks one page and notes what has to change in the form in question."""

    def __init__(self, page: str, here: str, target: str, sent: dict[str, list[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.here, self.target = here, target
        self.left = {name: list(values) for name, values in sent.items()}
        self.sent = sent
        self.lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self.edits = _Edits()
        self.names: set[str] = set()
        self.asked: set[str] = set()  # names of the controls a person fills in: no buttons, nothing hidden
        self.form_at = -1
        self.inside = not target  # without a target the text is a piece of a form
        self.select = self.textarea = ""
        self.textarea_at = self.list_end = self.template_at = -1
        self.rows = ""
        self.templates: dict[str, tuple[int, str]] = {}
        self.totals: dict[str, int] = {}
        self.page = page
        self.feed(page)

    @property
    def at(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and self.target:
            self._enter(given)
        if not self.inside:
            return
        if "data-rows" in given:
            self.rows = given["data-rows"]
        if tag == "template":
            self.template_at = self.at + len(self.get_starttag_text() or "")
        if self.template_at >= 0:
            return
        name = given.get("name", "")
        if tag == "option" and self.select:
            self._mark(given, "selected", given.get("value", "") in self.sent.get(self.select, []))
        elif tag == "select":
            self.names.add(name)
            self.asked.add(name)
            self.select = name if name in self.sent or "multiple" in given else ""
        elif tag == "textarea" and name:
            self.names.add(name)
            self.asked.add(name)
            self.textarea, self.textarea_at = name, self.at + len(self.get_starttag_text() or "")
        elif tag in {"input", "button"} and name:
            self._control(tag, name, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.target:
            self.inside = False
        if not self.inside:
            return
        if tag == "template" and self.template_at >= 0:
            self.templates[self.rows] = (self.list_end, self.page[self.template_at : self.at])
            self.template_at = -1
        elif tag == "ol":
            self.list_end = self.at
        elif tag == "select":
            self.select = ""
        elif tag == "textarea" and self.textarea:
            values = self.left.get(self.textarea)
            if values:
                self.edits.made.append((self.textarea_at, self.at, "\n" + escape(values.pop(0))))
            self.textarea = ""

    def _enter(self, given: dict[str, str]) -> None:
        path = given.get("action", "").partition("?")[0].partition("#")[0] or self.here
        self.inside = given.get("method", "").lower() == "post" and path == self.target
        if not self.inside:
            return
        if self.form_at < 0:
            self.form_at = self.at
        if "data-autosave" in given and "data-unsaved" not in given:
            self._replace(given | {"data-unsaved": "held"}, "form")

    def _control(self, tag: str, name: str, given: dict[str, str]) -> None:
        self.names.add(name)
        kind = given.get("type", "text" if tag == "input" else "submit").lower()
        if tag != "input" or NEVER.search(name):
            return
        if kind in CHOSEN or kind in TYPED - {"hidden"}:
            self.asked.add(name)
        if name.endswith(TOTAL):
            self.totals[name.removesuffix(TOTAL)] = int(given["value"]) if given.get("value", "").isdecimal() else 0
        if kind in CHOSEN:
            self._mark(given, "checked", given.get("value", "on") in self.sent.get(name, []), "input")
        elif kind in TYPED and self.left.get(name):
            value = self.left[name].pop(0)
            self._replace(given | {"value": _capped(name, value, self.totals)}, "input")

    def _mark(self, given: dict[str, str], attribute: str, wanted: bool, tag: str = "option") -> None:
        if wanted != (attribute in given):
            rest = {name: value for name, value in given.items() if name != attribute}
            self._replace(rest | ({attribute: ""} if wanted else {}), tag)

    def _replace(self, given: dict[str, str], tag: str) -> None:
        text = " ".join([tag, *(f'{name}="{escape(value)}"' for name, value in given.items())])
        self.edits.made.append((self.at, self.at + len(self.get_starttag_text() or ""), f"<{text}>"))


MOST_ROWS = 60


def _capped(name: str, value: str, totals: dict[str, int]) -> str:
    """A count of rows is never more than rows that will be there."""
    if not name.endswith(TOTAL):
        return value
    have = totals[name.removesuffix(TOTAL)]
    return str(max(have, min(int(value), MOST_ROWS) if value.isascii() and value.isdecimal() else 0))


def _added_rows(reader: _Reader, sent: dict[str, list[str]]) -> set[str]:
    """Put the rows a script had added at the end of their lists; the names of their fields."""
    names: set[str] = set()
    for prefix, (place, template) in reader.templates.items():
        have = reader.totals.get(prefix)
        if have is None or place < 0:
            continue
        wanted = int(_capped(prefix + TOTAL, next(iter(sent.get(prefix + TOTAL, [])), ""), reader.totals))
        rows = "".join(template.replace("__prefix__", str(index)) for index in range(have, wanted))
        if rows:
            piece = _Reader(rows, "", "", sent)
            names |= piece.names
            reader.edits.made.append((place, place, piece.edits.applied(rows)))
    return names
