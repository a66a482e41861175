"""Cutting a long row of things into handy pieces."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """``things`` in order, ``size`` at a time; the last piece may be shorter."""
    rest = iter(things)
    while piece := list(islice(rest, size)):
        yield piece
