"""The workflow tables themselves: every state is reachable and can end, and the drawing shows today's tables.

The tables are found, not listed: whatever module of the two floors has ``workflow`` in its name, and every column
``state`` of a model must be the states of one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from panjin_portal.lib.workflow import Workflow, faults, row
from proposals.models import Role
from proposals.workflow import PROPOSAL
from tests.architecture.source import ROOT, Module, modules


def _tables() -> dict[str, Workflow]:
    """Every table by the name of its constant, module by module."""
    found: dict[str, Workflow] = {}
    for module in _workflow_modules():
        for name, value in vars(import_module(module.name)).items():
            if isinstance(value, Workflow) and value not in found.values():
                assert name not in found, f"two tables are called {name}"
                found[name] = value
    return found


def _workflow_modules() -> Iterator[Module]:
    for module in modules():
        if "workflow" in Path(module.path).stem and module.name.split(".")[0] in {"proposals", "replies"}:
            yield module


TABLES = _tables()
WITHOUT_TABLE = {"OutgoingMail"}  # a mail waits, goes out or fails; nobody has a right to do anything to it
each_table = pytest.mark.parametrize("workflow", TABLES.values(), ids=lambda w: w.name)


@each_table
def test_every_state_can_be_reached_and_can_end(workflow: Workflow) -> None:
    assert faults(workflow) == []


@each_table
def test_only_roles_that_exist_are_named(workflow: Workflow) -> None:
    named = {role for transition in workflow.transitions for role in transition.roles}
    assert named <= {role.value for role in Role}


@each_table
def test_every_button_has_its_verb_and_says_what_will_happen(workflow: Workflow) -> None:
    for transition in workflow.transitions:
        assert re.search(r"[\u4e00-\u9fff]", transition.label), transition.action
        assert transition.consequence.endswith("。"), transition.action


@each_table
def test_every_row_is_taken_by_some_service(workflow: Workflow) -> None:
    """No dead row: outside the tables somebody names its action, or puts a thing into its target state."""
    code = "\n".join(module.text for module in modules() if module not in list(_workflow_modules()))
    names = {state.value: f"{type(state).__name__}.{state.name}" for state in workflow.states}
    dead = [
        one.action
        for one in workflow.transitions
        if f'"{one.action}"' not in code and not re.search(rf"{names.get(one.target or '', '-')}\b", code)
    ]
    assert dead == []


def test_services_name_only_rows_that_exist() -> None:
    known = {name: {one.action for one in table.transitions} for name, table in TABLES.items()}
    wrong = [
        f"{module.path}: {name}.get({action!r})"
        for module in modules()
        for name, action in re.findall(r"\b([A-Z_]+)\.get\(\"(\w+)\"\)", module.text)
        if name in known and action not in known[name]
    ]
    assert wrong == []


def test_every_column_of_states_belongs_to_a_table() -> None:
    """A new kind of thing with states cannot come in without its table."""
    known = {frozenset(state.value for state in table.states) for table in TABLES.values()}
    for app in ("proposals", "replies"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.get_fields():
                if (
                    isinstance(field, models.CharField)
                    and field.name == "state"
                    and model.__name__ not in WITHOUT_TABLE
                ):
                    states = frozenset(value for value, _ in field.choices or ())
                    assert states in known, f"{model.__name__}.state has no table"


def test_tables_stand_nowhere_else() -> None:
    names = {module.path for module in _workflow_modules()}
    elsewhere = [
        module.path
        for module in modules()
        if re.search(r"^[A-Z_]+ = Workflow\(", module.text, re.MULTILINE) and module.path not in names
    ]
    assert elsewhere == []


def test_a_dead_end_an_island_and_a_dead_row_are_found() -> None:
    states = tuple(PROPOSAL.states[:3])
    first, second, island = (state.value for state in states)
    go, stay = row("go", "去", [first], second, [], ""), row("stay", "留", [second], second, [], "")
    broken = Workflow("x", frozenset({first}), frozenset({first}), states, (go, stay, row("x", "x", [], None, [], "")))
    assert faults(broken) == [
        "x: can never be taken",
        f"{island} cannot be reached",
        f"{island} cannot reach an end",
        f"{second} cannot reach an end",
    ]


def test_the_state_diagram_in_the_docs_is_up_to_date_and_complete() -> None:
    call_command("draw_states", check=True)
    page = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert [one.name for one in TABLES.values() if f"## {one.name}\n" not in page] == []
