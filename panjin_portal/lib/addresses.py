"""Addresses of single rows, for pages that print dozens of them."""

from __future__ import annotations

from functools import lru_cache

from django.urls import URLResolver, get_resolver, get_script_prefix, get_urlconf, reverse

_MARK = 918_273_645


def address(name: str, key: int) -> str:
    """As ``reverse(name, args=[key])`` where the name takes one whole number that is not negative. The text round the
    number is found once for each name, table of addresses and place of the portal. NoReverseMatch as there."""
    before, after = _round_the_key(name, get_resolver(get_urlconf()), get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=1_024)
def _round_the_key(name: str, table: URLResolver, prefix: str) -> tuple[str, str]:
    before, after = reverse(name, args=[_MARK]).split(str(_MARK))
    return before, after
