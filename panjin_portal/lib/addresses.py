"""Addresses of single rows, for pages that print dozens of them."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

_MARK = 918_273_645


def address(name: str, key: int) -> str:
    """As ``reverse(name, args=[key])`` where the name takes one whole number that is not negative. The text round the
    number is found once for each name."""
    before, after = _round_the_key(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=1_024)
def _round_the_key(name: str, urlconf: str, prefix: str) -> tuple[str, str]:
    before, after = reverse(name, urlconf, args=[_MARK]).split(str(_MARK))
    return before, after
