"""A workflow state is assigned in ``services/`` and nowhere else: not in views, admin, commands or the test city.

A single test may put a row into a state no service leaves it in (a worker killed half-way); the city and the
factories all tests stand on may not.
"""

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.source import Module, modules, test_modules

STATES = {"state", "stage"}
WRITERS = {"update", "create", "get_or_create", "update_or_create", "bulk_create", "aupdate", "acreate"}


def allowed(path: str) -> bool:
    """Whether the file belongs to a ``services`` folder."""
    return "/services/" in path or path.endswith("/services.py")


def assigned_states(found: Iterable[Module]) -> list[str]:
    """Places outside services where a state is written: ``x.state = …``, ``.update(state=…)``, ``.create(state=…)``.

    ``self.state = …`` of a plain object is left alone; a model never does it, as models hold no verbs.
    """
    places = []
    for module in found:
        if not allowed(module.path):
            for node in ast.walk(module.tree):
                places += [f"{module.path}:{node.lineno} {what}" for what in _written(node)]  # type: ignore[attr-defined]
    return places


def _written(node: ast.AST) -> list[str]:
    """How this node writes a state; usually not at all."""
    match node:
        case ast.Assign(targets=targets):
            return [f".{target.attr} =" for target in targets if _is_state(target)]  # type: ignore[attr-defined]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target) if _is_state(target):
            return [f".{target.attr} ="]  # type: ignore[union-attr]
        case ast.Call(func=ast.Attribute(attr=verb), keywords=keywords) if verb in WRITERS:
            names = {keyword.arg for keyword in keywords} | _keys(node)
            return [f"{verb}({name}=…)" for name in sorted(STATES & names)]
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=name), *_]) if name in STATES:
            return [f"setattr {name}"]
    return []


def _is_state(target: ast.expr) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id="self")):
            return False
        case ast.Attribute(attr=name):
            return name in STATES
    return False


def _keys(call: ast.Call) -> set[str]:
    values = [keyword.value for keyword in call.keywords if keyword.arg == "defaults"]
    return {
        str(key.value)
        for value in values
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
    }


def test_states_change_in_services_only() -> None:
    city = [module for module in test_modules() if module.path in ("tests/world.py", "tests/factories.py")]

    assert city
    assert assigned_states([*modules(), *city]) == []


@pytest.mark.parametrize(
    "line",
    [
        "reply.state = 'signed'",
        "case.proposal.state = State.FILED",
        "Reply.objects.filter(pk=1).update(state='signed')",
        "Reply.objects.create(state='signed')",
        "Reply.objects.update_or_create(pk=1, defaults={'state': 'signed'})",
        "setattr(reply, 'state', 'signed')",
    ],
)
def test_a_state_written_elsewhere_is_seen(line: str) -> None:
    assert assigned_states([Module("replies.views.x", "replies/views/x.py", ast.parse(line), line)])
    assert not assigned_states([Module("replies.services.x", "replies/services/x.py", ast.parse(line), line)])
