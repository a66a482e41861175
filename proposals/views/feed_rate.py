"""How often one address may fetch calendars without logging in."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from panjin_portal.lib.visitors import client_address

log = logging.getLogger(__name__)

# A whole office behind one address, each program asking every few minutes; a machine that guesses is stopped.
FETCHES, PERIOD_SECONDS = 300, 600


def too_many_feeds(request: HttpRequest) -> HttpResponse | None:
    """429 if this address has had its ``FETCHES`` of the running ten minutes, found or not; else None.

    The count is a courtesy, not a right (a token cannot be guessed): a cache that does not answer lets everybody
    through.
    """
    remote, forwarded = request.META.get("REMOTE_ADDR") or "", request.headers.get("X-Forwarded-For") or ""
    key = f"feeds:{client_address(remote, forwarded, behind_proxy=settings.BEHIND_PROXY)}"
    try:
        cache.add(key, 0, PERIOD_SECONDS)
        had = cache.incr(key)
    except ValueError:  # it ran out between the two
        return None
    except Exception:  # whatever the cache in use raises when its server is away
        log.warning("the cache does not count calendars", exc_info=True)
        return None
    if had <= FETCHES:
        return None
    response = HttpResponse("读取过于频繁，请稍后再试。", status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(PERIOD_SECONDS)
    response["Cache-Control"] = "no-store"
    return response
