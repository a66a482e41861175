"""What a gateway answered. The notification library takes every answer with status 200 for a success and keeps none;
but WeCom and DingTalk refuse inside such an answer: ``{"errcode": 310000, "errmsg": "..."}``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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


def is_refusal(body: str) -> bool:
    """Whether ``body``, sent with status 200, says no: an ``errcode`` that is not 0, or ``success`` false."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    if not isinstance(said, dict):
        return False
    return str(said.get("errcode", 0)) != "0" or said.get("success") is False
