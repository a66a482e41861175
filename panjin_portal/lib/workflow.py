"""State machines as data: states with Chinese labels, transitions as rows, and what may be wrong with a table.

Pure. The tables themselves stand in the ``workflow`` modules of the two floors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class LabelledState(StrEnum):
    """A state with its Chinese label, written ``NAME = "code", "标签"``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> LabelledState:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True)
class Transition:
    """One row of a workflow table.

    ``action``: identifier used in code, URLs and events. ``label``: the verb on the button. ``sources`` /
    ``target``: states; ``target`` is None where the state stays. ``roles``: role codes of ``people.Role`` that
    may act (which bureau's role is decided by ``permissions``). ``asks``: names of what the form wants.
    ``consequence``: the sentence of the confirmation: what will happen and to whom.
    """

    action: str
    label: str
    sources: frozenset[str]
    target: str | None
    roles: frozenset[str]
    consequence: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workflow:
    """A named table of transitions over one set of states."""

    name: str
    initial: frozenset[str]
    final: frozenset[str]
    states: tuple[LabelledState, ...]
    transitions: tuple[Transition, ...]
    _by_action: dict[str, Transition] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_action.update({row.action: row for row in self.transitions})
        if len(self._by_action) != len(self.transitions):
            raise ValueError(f"{self.name}: an action stands twice")

    def get(self, action: str) -> Transition:
        """The row of ``action``; KeyError names an unknown one."""
        return self._by_action[action]

    def has(self, action: str) -> bool:
        """Whether this workflow knows ``action``."""
        return action in self._by_action

    def leaving(self, state: str) -> list[Transition]:
        """Rows whose button may show in ``state``, in table order."""
        return [row for row in self.transitions if state in row.sources]

    def label_of(self, state: str) -> str:
        """Chinese label of a state code."""
        return next(s.label for s in self.states if s.value == state)


def faults(workflow: Workflow) -> list[str]:
    """What is wrong with a table: unknown states, rows that can never be taken, states that cannot be reached, states
    that cannot end (a state without an exit is one of those, unless it is final)."""
    known = {s.value for s in workflow.states}
    found = [
        f"{row.action}: unknown state {state}"
        for row in workflow.transitions
        for state in {*row.sources, *([row.target] if row.target else [])} - known
    ]
    edges = [(source, row.target) for row in workflow.transitions if row.target for source in row.sources]
    reached = _closure(workflow.initial, edges)
    ending = _closure(workflow.final, [(target, source) for source, target in edges])
    found += [f"{state}: unknown state" for state in sorted((workflow.initial | workflow.final) - known)]
    found += [f"{row.action}: can never be taken" for row in workflow.transitions if not row.sources & reached]
    found += [f"{state} cannot be reached" for state in sorted(known - reached)]
    found += [f"{state} cannot reach an end" for state in sorted(known - ending)]
    return found


def _closure(start: Iterable[str], edges: list[tuple[str, str]]) -> set[str]:
    seen = set(start)
    while True:
        new = {target for source, target in edges if source in seen} - seen
        if not new:
            return seen
        seen |= new


def row(
    action: str,
    label: str,
    sources: Iterable[str],
    target: str | None,
    roles: Iterable[str],
    consequence: str,
    asks: tuple[str, ...] = (),
) -> Transition:
    """Shorthand that freezes the sets of one table row."""
    return Transition(action, label, frozenset(sources), target, frozenset(roles), consequence, asks)
