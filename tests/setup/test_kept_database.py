"""The database tests begin with is made once, and anew only when something it was made of has changed."""

from pathlib import Path
from typing import Any

import pytest

from tests import kept_database


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were migrated, in a working copy of two files; each migration writes its number."""
    (tmp_path / "app" / "migrations").mkdir(parents=True)
    (tmp_path / "app" / "migrations" / "0001_first.py").write_text("first")
    (tmp_path / "app" / "states.py").write_text("states")
    addresses: list[str] = []

    def migrate(address: str) -> list[str]:
        addresses.append(address)
        Path(address.removeprefix("sqlite:///")).write_text(str(len(addresses)))
        return ["app/states.py"]

    monkeypatch.setattr(kept_database, "ROOT", tmp_path)
    monkeypatch.setattr(kept_database, "KEPT", tmp_path / "build" / "kept")
    monkeypatch.setattr(kept_database, "_migrate", migrate)
    return addresses


def begun(folder: Path, name: str) -> str:
    """What the test database of one process begins with."""
    target = folder / name / "test.sqlite3"
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "TEST": {"NAME": str(target)}}
    kept_database.begin_from_kept(settings)
    return target.read_text()


def test_it_is_made_once_for_all_processes_and_runs(made: list[str], tmp_path: Path) -> None:
    assert [begun(tmp_path, "gw0"), begun(tmp_path, "gw1"), begun(tmp_path, "gw0")] == ["1", "1", "1"]
    assert len(made) == 1


@pytest.mark.parametrize(
    "changed",
    ["app/states.py", "app/migrations/0001_first.py", "app/migrations/0002_second.py", "requirements/lock.txt"],
)
def test_what_it_was_made_of_has_changed(made: list[str], tmp_path: Path, changed: str) -> None:
    begun(tmp_path, "gw0")
    (tmp_path / changed).parent.mkdir(exist_ok=True)
    (tmp_path / changed).write_text("other")
    assert begun(tmp_path, "gw1") == "2"


def test_a_migration_that_is_gone_counts_as_a_change(made: list[str], tmp_path: Path) -> None:
    begun(tmp_path, "gw0")
    (tmp_path / "app" / "migrations" / "0001_first.py").unlink()
    assert begun(tmp_path, "gw1") == "2"


def test_a_run_that_stopped_while_making_it_leaves_nothing_to_begin_with(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(address: str) -> list[str]:
        Path(address.removeprefix("sqlite:///")).write_text("half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(kept_database, "_migrate", killed)
        with pytest.raises(KeyboardInterrupt):
            begun(tmp_path, "gw0")
    assert begun(tmp_path, "gw0") == "1"
