"""``PORTAL_CI=1``: a test, a parameter or a whole file that skips itself makes the run fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.processes import ROOT

SKIPPED = """
import pytest

def test_that_runs() -> None:
    pass

def test_that_skips() -> None:
    pytest.skip("no server here")

@pytest.mark.xfail(reason="known", strict=True)
def test_that_fails_as_expected() -> None:
    raise AssertionError
"""
WHOLE_FILE = 'import pytest\n\npytest.skip("nothing here", allow_module_level=True)\n'


def outcome(folder: Path, source: str, strict: str) -> tuple[int, str]:
    """Exit status and output of a run over one file, with the project's plugin and nothing else of it."""
    (folder / "test_sample.py").write_text(source, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:django", "-p", "tests.strictness"]
    environment = {**os.environ, "PORTAL_CI": strict, "PYTHONPATH": str(ROOT)}
    answer = subprocess.run([*command, "-q", "."], cwd=folder, env=environment, capture_output=True, text=True)
    return answer.returncode, answer.stdout


def test_elsewhere_a_skip_is_a_skip(tmp_path: Path) -> None:
    status, output = outcome(tmp_path, SKIPPED, strict="")

    assert status == 0
    assert "1 passed, 1 skipped, 1 xfailed" in output


def test_in_a_strict_run_a_skip_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    status, output = outcome(tmp_path, SKIPPED, strict="1")

    assert status == 1
    assert "no server here" in output
    assert "1 failed, 1 passed, 1 xfailed" in output


@pytest.mark.parametrize(("strict", "expected"), [("", 5), ("1", 2)])
def test_a_file_that_skips_itself_counts_too(tmp_path: Path, strict: str, expected: int) -> None:
    status, _ = outcome(tmp_path, WHOLE_FILE, strict)

    assert status == expected
