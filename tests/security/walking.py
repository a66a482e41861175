"""Every page a person gets by GET, one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.http.response import StreamingHttpResponse

from replies.views.casefile.tabs import TABS
from tests.permissions.city import City
from tests.permissions.matrix import rows

ELSEWHERE = (  # what the matrix does not vary: lists with words, later pages, filters
    "/proposals/?q=暗记title",
    "/proposals/?q=暗记reply",
    "/proposals/?q=暗记opinion&sort=due",
    "/public/?q=暗记reply",
    "/proposals/?state=draft",
    "/proposals/proposers/?find=赵",
    "/proposals/proposers/?find=民建",
    "/public/?page=x",
)
IN_BYTES = {
    "document-file",
    "package-file",
    "bundle-file",
    "board-export",
    "slip-export",
    "public-file",
    "statistics-export",
    "assessment-export",
    "award-export",
}  # compressed; their words are compared where they are made


def addresses(city: City, column: str) -> Iterator[str]:
    """Addresses that open for the person in ``column``."""
    for row in rows():
        if "GET" not in row.methods or row.cells[column] != "ok" or row.page in IN_BYTES or row.page == "admin":
            continue
        url = city.address(row.page, row.stage)
        if url:
            yield from (f"{url}?tab={tab}" for tab in TABS) if row.page == "proposal-detail" else (url,)
    yield from ELSEWHERE


def whole_text(response: HttpResponse | StreamingHttpResponse) -> str:
    """Headers and body in one."""
    body = b"".join(response) if response.streaming else response.content
    return f"{dict(response.items())}\n{body.decode('utf-8', 'replace')}"
