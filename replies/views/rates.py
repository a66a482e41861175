"""How often one address may have a costly thing made without logging in."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panjin_portal.lib.visitors import client_address

log = logging.getLogger(__name__)

# A whole office behind one address may fetch the years one by one; a machine that repeats itself is stopped.
SHEETS, PERIOD_SECONDS = 30, 600


def too_many_sheets(request: HttpRequest) -> HttpResponse | None:
    """429 with a page that says when, if this address has had its ``SHEETS`` of the running ten minutes; else None.

    The count is a courtesy to the others, not a right: a cache that does not answer lets everybody through.
    """
    remote, forwarded = request.META.get("REMOTE_ADDR") or "", request.headers.get("X-Forwarded-For") or ""
    key = f"sheets:{client_address(remote, forwarded, behind_proxy=settings.BEHIND_PROXY)}"
    try:
        cache.add(key, 0, PERIOD_SECONDS)
        had = cache.incr(key)
    except ValueError:  # it ran out between the two
        return None
    except Exception:  # whatever the cache in use raises when its server is away
        log.warning("the cache does not count public sheets", exc_info=True)
        return None
    if had <= SHEETS:
        return None
    context = {"sheets": SHEETS, "minutes": PERIOD_SECONDS // 60}
    response = render(request, "public/too_many.html", context, status=429)
    response.headers["Retry-After"] = str(PERIOD_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
