"""How often one address may have a sheet made without logging in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from proposals.views.rates import PERIOD_SECONDS, is_too_often

# A whole office behind one address may fetch the years one by one; a machine that repeats itself is stopped.
SHEETS = 30


def too_many_sheets(request: HttpRequest) -> HttpResponse | None:
    """429 with a page that says when, if this address has had its ``SHEETS`` of the running ten minutes; else None."""
    if not is_too_often(request, "sheets", SHEETS):
        return None
    context = {"sheets": SHEETS, "minutes": PERIOD_SECONDS // 60}
    response = render(request, "public/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(PERIOD_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
