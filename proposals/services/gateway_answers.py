"""What a gateway answered. The notification library takes every answer with status 200 for a success and keeps none;
but WeCom and DingTalk refuse inside such an answer: ``{"errcode": 310000, "errmsg": "..."}``. SMS gateways each have
their own words, so the address in the settings may name theirs for a success: ``taken=code:0`` among its options.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

ASKING = frozenset({"get", "post", "put", "request"})
_kept: ContextVar[list[str] | None] = ContextVar("answers", default=None)


class _Overheard:
    """The library a plugin speaks HTTP with, which it finds under the name ``requests`` in its module."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._library, name)
        if name not in ASKING:
            return found

        def ask(*args: Any, **options: Any) -> Any:
            answer, kept = found(*args, **options), _kept.get()
            if kept is not None:
                kept.append(answer.text)
            return answer

        return ask


@contextmanager
def overheard(plugins: Iterable[object]) -> Iterator[list[str]]:
    """Gives the bodies of the answers that ``plugins`` get meanwhile in this thread."""
    for plugin in plugins:
        module: Any = sys.modules[type(plugin).__module__]
        library = getattr(module, "requests", None)
        if library is not None and not isinstance(library, _Overheard):
            module.requests = _Overheard(library)
    answers: list[str] = []
    before = _kept.set(answers)
    try:
        yield answers
    finally:
        _kept.reset(before)


@dataclass(frozen=True)
class Taken:
    """What an answer must say for the message to count as taken: at this place (names from the outside inwards, or
    numbers into lists) one of these values."""

    place: tuple[str, ...]
    values: frozenset[str]

    def is_said(self, body: str) -> bool:
        """Whether ``body`` is JSON and says so."""
        try:
            found: Any = json.loads(body)
            for name in self.place:
                found = found[int(name)] if isinstance(found, list) else found[name]
        except (ValueError, LookupError, TypeError):
            return False
        return (json.dumps(found) if isinstance(found, bool) else str(found)) in self.values


_OPTION = re.compile(r"(?<=[?&])taken=([^&]*)(?:&|$)")


def without_rule(address: str) -> tuple[str, Taken | None]:
    """The address for the library, and what its option ``taken=PLACE:VALUE,VALUE`` says (``taken=data.0.code:OK``).

    ValueError for an option that names no place or no value.
    """
    option = _OPTION.search(address)
    if option is None:
        return address, None
    place, _, values = option[1].partition(":")
    names, wanted = tuple(place.split(".")), frozenset(filter(None, values.split(",")))
    if not all(names) or not wanted:
        raise ValueError("taken=PLACE:VALUE")
    return _OPTION.sub("", address).rstrip("?&"), Taken(names, wanted)


def is_refusal(body: str) -> bool:
    """Whether ``body``, sent with status 200, says no: an ``errcode`` that is not 0, or ``success`` false."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    return str(said.get("errcode", 0)) != "0" or said.get("success") is False
