"""Going through the portal as one person: every link and form he is shown, then every address anybody has."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.urls import Resolver404, resolve

from replies.views.casefile.tabs import TABS
from tests.permissions.city import City
from tests.permissions.matrix import rows
from tests.security.forms_on_pages import Reader, Sent
from tests.security.walking import whole_text

ORIGIN = "http://testserver"
STARTS = ("/", "/work/", "/proposals/", "/notices/", "/public/", "/manual/")
# Instances of one kind of address a person follows; the table has all of them in every stage anyway.
MOST_LINKS, MOST_FORMS, MOST_ADMIN = 6, 1, 1
MARK = re.compile(r"暗记(\w+?)在(\w+?)止")
TAKEN = {200, 302}
REFUSED = {403, 409, 410}


@dataclass
class Walk:
    """What one person met: the answer at each address, where he was shown it, the planted words and where first."""

    city: City
    column: str
    numbers: Iterable[str]
    answers: dict[str, int] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    sent: dict[tuple[str, str], int] = field(default_factory=dict)
    met: dict[tuple[str, str], str] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)

    def crawl(self) -> None:
        """Follow what is shown, from the first pages on, breadth first."""
        waiting = deque((url, "the start") for url in STARTS)
        while waiting:
            url, where = waiting.popleft()
            if url in self.answers or not self._is_wanted(url):
                continue
            self.shown[url] = where
            response = self.get(url)
            if response.status_code == 302:
                waiting.append((urljoin(url, response["Location"]), url))
            elif response.get("Content-Type", "").startswith("text/html"):
                page = self._read(response)
                waiting.extend((link, url) for link in _ours(url, page.links))
                if not url.startswith(("/admin/", "/styleguide/")):  # the second shows samples
                    self._send_forms(url, page)

    def get(self, url: str) -> HttpResponse:
        """One page; what stands in it, its headers included, is looked through."""
        response = self.city.ask(self.column, url)
        self.answers[url] = response.status_code
        self._look_through(response, url)
        return response

    def _is_wanted(self, url: str) -> bool:
        name = name_of(url)
        most = MOST_ADMIN if url.startswith("/admin/") else MOST_LINKS
        self.names[name] += 1
        return self.names[name] <= most

    def _read(self, response: HttpResponse) -> Reader:
        page = Reader()
        page.feed(response.content.decode())
        return page

    def _send_forms(self, url: str, page: Reader) -> None:
        """Each form as it stands, with its first button, and empty."""
        for (method, action), values, buttons in zip(page.targets, page.forms, page.buttons, strict=True):
            target = next(iter(_ours(url, [action or url])), "")
            name = f"form {method} {name_of(target)}"
            self.names[name] += 1
            if not target or self.names[name] > MOST_FORMS:
                continue
            pressed = dict(list(buttons.items())[:1])
            as_it_stands: Sent = {**values, **{key: given[:1] for key, given in pressed.items()}}
            empty: Sent = {key: [""] for key in values}
            for kind, data in (("as it stands", as_it_stands), ("empty", empty)):
                response = self.city.ask(self.column, target, method, data)
                self.sent[target, f"{method} {kind}, shown at {url}"] = response.status_code
                self._look_through(response, target)

    def _look_through(self, response: HttpResponse, url: str) -> None:
        if response.get("Content-Type") == "application/pdf":  # compressed; compared where the files are read
            return
        text = whole_text(response)
        for kind, stage in MARK.findall(text):
            self.met.setdefault((kind, stage), url)
        for number in self.numbers:
            if number in text:
                self.met.setdefault(("number", number), url)


def name_of(url: str) -> str:
    """The name of the address, with the tab or page it asks for."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return url


def _ours(here: str, links: Iterable[str]) -> Iterable[str]:
    for link in links:
        parts = urlsplit(urljoin(ORIGIN + here, link))
        if f"{parts.scheme}://{parts.netloc}" == ORIGIN:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def table_of(city: City, column: str) -> dict[str, set[str]]:
    """Address to what the matrix says ``column`` gets there by GET: several answers where it stands for several."""
    found: dict[str, set[str]] = {}
    for row in rows():
        if "GET" not in row.methods or row.page == "admin":
            continue
        url = city.address(row.page, row.stage)
        if url:
            for one in (url, *(f"{url}?tab={tab}" for tab in TABS if row.page == "proposal-detail")):
                found.setdefault(one, set()).add(row.cells[column])
    return found


def in_words(status: int) -> str:
    """A status in the words of the matrix, where a redirect to the log-in page is as good as any other."""
    return "ok" if status in TAKEN else "." if status == 404 else str(status)
