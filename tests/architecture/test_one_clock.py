"""``lib/clock.py`` is the only source of now and today."""

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.source import Module, modules

CLOCK = "panjin_portal/lib/clock.py"
FORBIDDEN = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
}
FUNCTIONS = {"Now", "TruncNow"}  # the database's own clock
KEYWORDS = {"auto_now", "auto_now_add"}


def other_clocks(found: Iterable[Module]) -> list[str]:
    """Places where another clock is read."""
    places = []
    for module in found:
        if module.path == CLOCK:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                owner = node.value
                last = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if (last, node.attr) in FORBIDDEN:
                    places.append(f"{module.path}:{node.lineno} {last}.{node.attr}")
            elif isinstance(node, ast.Call):
                names = {keyword.arg for keyword in node.keywords} & KEYWORDS
                if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                    names.add(node.func.id)
                places += [f"{module.path}:{node.lineno} {name}" for name in sorted(filter(None, names))]
    return places


def test_nobody_reads_another_clock() -> None:
    assert other_clocks(modules()) == []


@pytest.mark.parametrize(
    "line",
    [
        "datetime.now()",
        "datetime.datetime.utcnow()",
        "date.today()",
        "field(default=timezone.now)",
        "models.DateTimeField(auto_now_add=True)",
        "query.update(at=Now())",
    ],
)
def test_another_clock_is_seen(line: str) -> None:
    assert other_clocks([Module("replies.x", "replies/x.py", ast.parse(line), line)])
