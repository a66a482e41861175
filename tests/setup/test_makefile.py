"""``make`` stops with the line to type when Python is too old or has no venv module."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.setup.processes import ROOT


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """``make demo`` in a folder that holds nothing but the Makefile, with ``python`` (a shell script's body)."""
    shutil.copy2(ROOT / "Makefile", folder)
    fake = folder / "python"
    fake.write_text(f"#!/bin/sh\n{python}\n", encoding="utf-8")
    fake.chmod(0o755)
    return subprocess.run(
        ["make", "--no-print-directory", "demo", f"PYTHON={fake}"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.mark.skipif(not shutil.which("make"), reason="需要 make")
def test_an_old_python_is_named_with_what_to_type(tmp_path: Path) -> None:
    answer = make(tmp_path, 'case "$*" in *version_info*) exit 1;; --version) echo Python 3.9.2;; esac')

    assert answer.returncode != 0
    assert "Python 3.11" in answer.stdout
    assert "3.9.2" in answer.stdout
    assert "apt-get install python3" in answer.stdout
    assert not (tmp_path / ".venv").exists()


@pytest.mark.skipif(not shutil.which("make"), reason="需要 make")
def test_a_python_without_venv_is_named_with_what_to_type(tmp_path: Path) -> None:
    answer = make(tmp_path, 'case "$*" in *ensurepip*) exit 1;; esac')

    assert answer.returncode != 0
    assert "apt-get install python3-venv" in answer.stdout
    assert not (tmp_path / ".venv").exists()
