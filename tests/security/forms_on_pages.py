"""Reading the forms of a page as a browser would, so that a test sends what a person would send."""

from __future__ import annotations

from html.parser import HTMLParser

Sent = dict[str, list[str]]


class Reader(HTMLParser):
    """Collects the links of a page, and of all its forms method, address, values and buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Sent] = []
        self.targets: list[tuple[str, str]] = []
        self.buttons: list[Sent] = []
        self.links: list[str] = []
        self.select = self.textarea = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a form, or note a control of the form that is open."""
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type") or "text"
        if tag == "form":
            self.forms.append({})
            self.buttons.append({})
            self.targets.append(((given.get("method") or "get").upper(), given.get("action") or ""))
        elif tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "button" and name and self.buttons:
            self.buttons[-1].setdefault(name, []).append(given.get("value") or "")
        elif tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea, self.words = name, []
        elif tag == "option" and "selected" in given and self.select:
            self._add(self.select, given.get("value") or "")
        elif (
            tag == "input"
            and name
            and kind not in {"file", "submit"}
            and (kind not in {"radio", "checkbox"} or "checked" in given)
        ):
            self._add(name, given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """Close a select or a textarea."""
        if tag == "textarea" and self.textarea:
            self._add(self.textarea, "".join(self.words).removeprefix("\n"))
            self.textarea = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        """The words of a textarea."""
        if self.textarea:
            self.words.append(data)

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1].setdefault(name, []).append(value)


def form_with(page: str, field: str) -> Sent:
    """The values of the form of ``page`` that has ``field``; radio buttons nobody chose are missing."""
    reader = Reader()
    reader.feed(page)
    found = [form for form in reader.forms if field in form or field == ""]
    assert found, f"no form with {field}"
    return {name: values for name, values in found[-1].items() if name != "csrfmiddlewaretoken"}
