"""Files stay small, nothing stands outside the house, and the top level is the one the design draws."""

import re
import shutil
import subprocess
from statistics import median

from tests.architecture.source import ROOT, modules, templates, test_modules

SOURCE_LINES, TEMPLATE_LINES = 400, 150
MADE = re.compile(r"^(\.venv|\.git|var|build|\.env|\.[a-z]+_cache|\.hypothesis)(/|$)|__pycache__/")
TOP_FOLDERS = {".ci", "docs", "panjin_portal", "proposals", "replies", "requirements", "static", "templates", "tests"}
TOP_FILES = {
    ".dockerignore",
    ".gitignore",
    "CHANGELOG.md",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "NOTICE",
    "README.md",
    "docker-compose.yml",
    "manage.py",
    "pyproject.toml",
}


def committed() -> list[str]:
    """Paths git knows or would add: what a clone gets, without what is ignored. Without git: all but what is made."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        every = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
        return sorted(path for path in every if not MADE.search(path))
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for path in answer.split("\0") if path and (ROOT / path).exists()]


def test_no_source_file_is_longer_than_it_can_be_read() -> None:
    assert [module.path for module in (*modules(), *test_modules()) if module.lines > SOURCE_LINES] == []


def test_no_template_is_longer_than_a_screenful_or_three() -> None:
    long = [str(path) for path in templates() if path.read_text(encoding="utf-8").count("\n") > TEMPLATE_LINES]

    assert long == []


def test_most_source_files_are_short() -> None:
    lengths = sorted(module.lines for module in modules() if module.lines > 3)

    assert median(lengths) <= 150
    assert lengths[int(len(lengths) * 0.9)] <= 250


def test_the_top_level_is_the_one_the_design_draws() -> None:
    folders = {path.split("/", 1)[0] for path in committed() if "/" in path}
    files = {path for path in committed() if "/" not in path}

    assert folders <= TOP_FOLDERS
    assert files <= TOP_FILES


def test_source_stands_in_the_three_packages_only() -> None:
    places = {path.split("/", 1)[0] for path in committed() if path.endswith(".py")}

    assert places <= {"manage.py", "panjin_portal", "proposals", "replies", "tests", "requirements", ".ci", "docs"}


def test_no_third_party_front_end_file_is_kept() -> None:
    assert [path for path in committed() if path.endswith((".min.js", ".min.css", ".map", ".woff", ".woff2"))] == []
