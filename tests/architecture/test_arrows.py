"""Imports follow the arrows: lib <- proposals <- replies <- composition, and each layer keeps its own rule."""

import ast

import pytest

from tests.architecture.layers import LAYERS, Layer
from tests.architecture.source import Module, modules, within


def wrong_arrows(layer: Layer, found: tuple[Module, ...]) -> list[str]:
    """``module -> import`` for each import the layer must not have."""
    wrong = []
    for module in found:
        if not layer.holds(module.name):
            continue
        for imported in sorted(module.imports()):
            allowed = imported in layer.except_for or any(
                imported.startswith(f"{root}.") for root in layer.except_for if root != "panjin_portal"
            )
            if within(imported, layer.never) and not allowed:
                wrong.append(f"{module.path} imports {imported}")
    return wrong


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_no_arrow_points_the_wrong_way(layer: Layer) -> None:
    assert wrong_arrows(layer, modules()) == []


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_each_layer_has_modules(layer: Layer) -> None:
    """A renamed folder must not leave its rule without anything to watch."""
    assert any(layer.holds(module.name) for module in modules())


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("panjin_portal.lib.text", "from proposals.models import Proposal"),
        ("panjin_portal.lib.text", "def f():\n    import replies"),
        ("proposals.deadlines", "from panjin_portal.lib.clock import today"),
        ("replies.structure.outline", "from django.db import models"),
        ("proposals.models.people", "from proposals.services.filing import file"),
        ("proposals.services.filing", "from django.http import HttpRequest"),
        ("proposals.services.filing", "from proposals.forms import ProposalForm"),
        ("proposals.services.filing", "from replies.models import Reply"),
        ("replies.views.case", "from panjin_portal.home import home"),
    ],
)
def test_a_wrong_arrow_is_seen(name: str, line: str) -> None:
    module = Module(name, f"{name}.py", ast.parse(line), line)

    assert any(wrong_arrows(layer, (module,)) for layer in LAYERS)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("proposals.services.filing", "from panjin_portal.lib import clock"),
        ("proposals.services.filing", "from panjin_portal.lib.clock import now"),
        ("replies.services.issuing", "from proposals.services.deadlines import meet_deadline"),
        ("replies.views.case", "from proposals.queries import cases"),
    ],
)
def test_a_right_arrow_is_left_alone(name: str, line: str) -> None:
    module = Module(name, f"{name}.py", ast.parse(line), line)

    assert [wrong for layer in LAYERS for wrong in wrong_arrows(layer, (module,))] == []
