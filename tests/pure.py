"""Plugin: marks ``pure`` what is the same on every database, so that one of the two runs can leave it out.

Pure is a test that asks for no database (without asking it is refused one), in a folder whose tests start no program
of the portal; and of ``setup``, the files whose programs get an environment of their own, without the two addresses.
"""

from pathlib import Path

import pytest

START_PROGRAMS = {"browser", "load", "races", "setup"}
OWN_ENVIRONMENT = {
    "test_compose.py",
    "test_file_queue.py",
    "test_local_mode.py",
    "test_lock.py",
    "test_makefile.py",
    "test_production_mode.py",
    "test_serve.py",
    "test_settings_table.py",
    "test_strict_runs.py",
    "test_wrong_settings_stop_with_one_line.py",
}
TESTS = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them before ``-m`` chooses."""
    for item in items:
        asks = item.get_closest_marker("django_db") or "_django_db_helper" in getattr(item, "fixturenames", ())
        if not asks and _is_the_same_everywhere(item.path):
            item.add_marker(pytest.mark.pure)


def _is_the_same_everywhere(path: Path) -> bool:
    return path.relative_to(TESTS).parts[0] not in START_PROGRAMS or path.name in OWN_ENVIRONMENT
