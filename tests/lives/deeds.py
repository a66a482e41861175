"""What people may do in a random life: each deed is a row of this list, whoever does it and whether it is legal or not.

A deed names the kind of thing it is done to, in which states the workflow tables allow it, and who may do it. ``Life``
picks; the deed calls the service and draws its details (which bureau, which words) from ``life.random``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from django.db.models import Model

from proposals.models import Bureau, User
from proposals.permissions import Decision
from tests.world import World

MARK = re.compile("（记号[0-9]+）")
Thing = TypeVar("Thing")
May = Callable[[User, Any], Decision | bool]


@dataclass
class Life:
    """One random life of the small city: its clock, its chance, and every text somebody was told is saved."""

    world: World
    people: list[User]
    moment: datetime
    contacts: list[User] = field(default_factory=list)
    random: Random = field(default_factory=Random)
    saved: dict[tuple[str, int], set[str]] = field(default_factory=dict)  # kind and key of a text: marks in it
    signed: dict[int, str] = field(default_factory=dict)  # key of a reply: digest it was signed with
    words: dict[int, str] = field(default_factory=dict)  # key of an opinion: digest it was signed with
    pages: dict[tuple[str, int], Any] = field(default_factory=dict)  # what somebody has opened and not sent yet
    marks: int = 0

    @property
    def bureaus(self) -> list[Bureau]:
        """Those that handle proposals."""
        return [self.world.sfj, self.world.gaj, self.world.scj, self.world.ysj]

    def mark(self) -> str:
        """Words that stand in no other text."""
        self.marks += 1
        return self.latest_mark

    @property
    def latest_mark(self) -> str:
        """What ``mark`` gave last."""
        return f"（记号{self.marks}）"

    def reason(self) -> str:
        """Words where some are wanted; now and then none."""
        return self.mark() if self.chance(0.9) else ""

    def keep(self, kind: str, key: int, mark: str) -> None:
        """The service has taken the text: from now on it must be found somewhere."""
        self.saved.setdefault((kind, key), set()).add(mark)

    def chance(self, share: float) -> bool:
        """True in that share of the cases."""
        return self.random.random() < share

    def choose(self, things: Sequence[Thing]) -> Thing:
        """One of them."""
        return self.random.choice(things)

    def some(self, things: Sequence[Thing], most: int) -> list[Thing]:
        """At most so many of them, each once."""
        return self.random.sample(list(things), self.random.randint(0, min(most, len(things))))

    def day(self, earliest: int = -2, latest: int = 60) -> date:
        """A day around today."""
        return self.moment.date() + timedelta(days=self.random.randint(earliest, latest))


@dataclass(frozen=True)
class Deed:
    """One thing people do. ``model`` None: it is done to nothing yet (filing). ``sources``: states in which the table
    allows it; None where the state is not the thing's own."""

    name: str
    model: type[Model] | None
    sources: frozenset[str] | None
    may: May
    do: Callable[[Life, User, Any], object]
    weight: int


DEEDS: list[Deed] = []


def deed(
    model: type[Model] | None, may: May, sources: frozenset[str] | None = None, *, weight: int = 2
) -> Callable[[Callable[[Life, User, Any], object]], Callable[[Life, User, Any], object]]:
    """Put the function into the list under its own name."""

    def enter(do: Callable[[Life, User, Any], object]) -> Callable[[Life, User, Any], object]:
        DEEDS.append(Deed(do.__name__, model, sources, may, do, weight))
        return do

    return enter
