"""Fixtures and marks every test may use. The city and its cases are in ``world.py`` and ``factories.py``."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from panjin_portal.lib import clock
from proposals.services import notice_wording
from tests.kept_database import begin_from_kept
from tests.world import World, build_world

pytest_plugins = ["tests.strictness", "tests.pure", "tests.kept_files", "tests.services", "tests.browser.fixtures"]

REAL_REPLY = Path(__file__).resolve().parents[2] / "shared" / "data" / "panjin-005.txt"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Each test process begins with a copy of one migrated database, under the name that is its own."""
    begin_from_kept(connection.settings_dict)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A copied file is taken as it is, and goes with the folder of the run; a copy on the server is Django's to make
    and to drop."""
    return connection.vendor == "sqlite"


@pytest.fixture
def clock_at() -> Iterator[Callable[[date | datetime], None]]:
    """A function that sets the portal's clock for the rest of the test: ``clock_at(date(2026, 3, 2))``."""
    with ExitStack() as stack:

        def set_clock(moment: date | datetime) -> None:
            stack.enter_context(clock.at(moment))

        yield set_clock


@pytest.fixture(autouse=True)
def default_wordings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process keeps the words of the notices for a minute: here it has just read them and found the default ones,
    so budgets are those of a running portal and no test sees the words of another."""
    monkeypatch.setattr(notice_wording.kept, "_rows", {})
    monkeypatch.setattr(notice_wording.kept, "_until", float("inf"))


@pytest.fixture
def world(db: None) -> World:
    """The small city of ``tests/world.py`` in an otherwise empty database."""
    return build_world()


@pytest.fixture
def real_reply() -> Path:
    """The published reply 005 as UTF-8 text; it lies beside the repository, never in it."""
    path = Path(os.environ.get("PANJIN_REAL_REPLY") or REAL_REPLY)
    if not path.is_file():
        pytest.skip("没有 ../shared/data/panjin-005.txt（真实答复不在仓库中）")
    return path


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: a package holds the time it was made at, and test processes must agree on the names."""
    return argname if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with one line, what this machine or this database cannot run."""
    if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
        pytest.skip("需要 PostgreSQL：设置 DATABASE_URL=postgres://… 后再运行")
    if item.get_closest_marker("sqlite") and connection.vendor != "sqlite":
        pytest.skip("只适用于 SQLite：不要设置 DATABASE_URL")
    if item.get_closest_marker("redis") and not _redis_answers():
        pytest.skip("需要 Redis：设置 REDIS_URL=redis://… 后再运行")
    if item.get_closest_marker("browser") and not shutil.which("chromium"):
        pytest.skip("需要 Chromium：apt-get install chromium")
    if item.get_closest_marker("office") and not shutil.which("soffice"):
        pytest.skip("需要 LibreOffice：apt-get install --no-install-recommends libreoffice-writer")
    if item.get_closest_marker("real_reply") and not Path(os.environ.get("PANJIN_REAL_REPLY") or REAL_REPLY).is_file():
        pytest.skip("没有 ../shared/data/panjin-005.txt（真实答复不在仓库中）")


def _redis_answers() -> bool:
    if not settings.REDIS_URL:
        return False
    parts = urlsplit(settings.REDIS_URL)
    try:
        socket.create_connection((parts.hostname or "localhost", parts.port or 6379), timeout=2).close()
    except OSError:
        return False
    return True
