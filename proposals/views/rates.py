"""How often one address may have something costly done without logging in."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from panjin_portal.lib.visitors import client_address

log = logging.getLogger(__name__)

PERIOD_SECONDS = 600


def is_too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Whether the visitor's address has had ``what`` more than ``most`` times in the running ten minutes; counts this
    time too.

    The count is a courtesy to the others, not a right: a cache that does not answer lets everybody through.
    """
    remote, forwarded = request.META.get("REMOTE_ADDR") or "", request.headers.get("X-Forwarded-For") or ""
    key = f"{what}:{client_address(remote, forwarded, behind_proxy=settings.BEHIND_PROXY)}"
    try:
        cache.add(key, 0, PERIOD_SECONDS)
        return cache.incr(key) > most
    except ValueError:  # it ran out between the two
        return False
    except Exception:  # whatever the cache in use raises when its server is away
        log.warning("the cache does not count %s", what, exc_info=True)
        return False
