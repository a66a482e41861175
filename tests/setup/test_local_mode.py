"""With no variable set every command works, reaches only the loopback interface and shows no debug page."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panjin_portal.environment import generated_key, next_redis_database
from tests.setup.processes import run, settings_of


def test_bare_manage_py_lists_the_commands(tmp_path: Path) -> None:
    answer = run("manage.py", VAR_DIR=str(tmp_path))

    assert answer.returncode == 0
    assert "migrate" in answer.stdout


def test_local_mode_has_no_debug_pages_and_only_loopback_hosts(tmp_path: Path) -> None:
    local = settings_of(VAR_DIR=str(tmp_path))

    assert local["DEBUG"] is False
    assert local["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]


def test_sqlite_opens_each_transaction_with_its_write_lock(tmp_path: Path) -> None:
    options = settings_of(VAR_DIR=str(tmp_path))["DATABASES"]["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_keys_are_made_once_and_stay_the_same(tmp_path: Path) -> None:
    first = settings_of(VAR_DIR=str(tmp_path))
    second = settings_of(VAR_DIR=str(tmp_path))

    assert second["SECRET_KEY"] == first["SECRET_KEY"]
    assert second["EVENT_KEY"] == first["EVENT_KEY"] != first["SECRET_KEY"]
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_many_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: generated_key(tmp_path / "new" / "key"), range(64)))

    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["key"]


def test_a_damaged_key_file_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("half", encoding="ascii")

    with pytest.raises(SystemExit, match="密钥文件"):
        generated_key(tmp_path / "key")


def test_the_cache_does_not_share_the_database_of_the_queue() -> None:
    assert next_redis_database("redis://:p@h:6379") == "redis://:p@h:6379/1"
    assert next_redis_database("redis://h:6379/5") == "redis://h:6379/6"
