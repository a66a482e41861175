"""How often one address may fetch calendars without logging in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from proposals.views.rates import PERIOD_SECONDS, is_too_often

# A whole office behind one address, each program asking every few minutes; a machine that guesses is stopped.
FETCHES = 300


def too_many_feeds(request: HttpRequest) -> HttpResponse | None:
    """429 if this address has had its ``FETCHES`` of the running ten minutes, found or not; else None."""
    if not is_too_often(request, "feeds", FETCHES):
        return None
    response = HttpResponse("读取过于频繁，请稍后再试。", status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(PERIOD_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
