"""What a browser would send from the editor page, read out of the page itself."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Collects names and values of the form that carries the draft."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str | list[str]] = {}
        self._textarea = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        name = found.get("name", "")
        if tag == "textarea":
            self._textarea = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in found:
            self.values[self._select] = found.get("value", "")
        elif tag == "input" and name and name != "csrfmiddlewaretoken":
            self._take_input(name, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            before = self.values[self._textarea]
            self.values[self._textarea] = f"{before}{data}"

    def _take_input(self, name: str, found: dict[str, str]) -> None:
        if found.get("type") in {"checkbox", "radio"}:
            if "checked" in found:
                chosen = self.values.setdefault(name, [])
                assert isinstance(chosen, list)
                chosen.append(found.get("value", "on"))
        else:
            self.values[name] = found.get("value", "")


def fields_of(page: Any) -> dict[str, str | list[str]]:
    """All fields of the page as a browser would send them untouched."""
    reader = _Fields()
    reader.feed(page.content.decode())
    # The line break after <textarea> belongs to the markup.
    return {
        name: value.removeprefix("\n") if isinstance(value, str) else value for name, value in reader.values.items()
    }
