"""The lock files: exact versions, no address of any registry, everything pyproject.toml asks for."""

import re
import tomllib

import pytest

from tests.setup.processes import ROOT

PINNED = re.compile(r'[a-z0-9._-]+==[0-9a-z.+]+(; python_full_version < "[0-9.]+")?')


def lines(name: str) -> list[str]:
    """The requirement lines of a lock file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def names(requirements: list[str]) -> set[str]:
    """Normalised project names of requirement lines."""
    return {re.split(r"[\[<>=;! ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in requirements}


@pytest.mark.parametrize("name", ["lock.txt", "dev-lock.txt"])
def test_each_line_is_one_name_with_one_version(name: str) -> None:
    assert [line for line in lines(name) if not PINNED.fullmatch(line)] == []


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert names(project["dependencies"]) <= names(lines("lock.txt"))
    assert names(project["optional-dependencies"]["dev"]) <= names(lines("dev-lock.txt"))


def test_tests_run_on_the_versions_that_serve() -> None:
    assert set(lines("lock.txt")) <= set(lines("dev-lock.txt"))
