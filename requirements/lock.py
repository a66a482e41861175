"""Write the two lock files from pyproject.toml: ``make lock``.

pip resolves in an empty environment (``--dry-run --ignore-installed``); only names and versions are written, so the
files say nothing about where packages come from. ``lock.txt`` is what runs the portal, ``dev-lock.txt`` adds what
tests it. Lines are sorted, so that a change of one version is a change of one line.
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CONDITIONAL = [
    'async-timeout==5.0.1; python_full_version < "3.11.3"',  # asked for by redis; pip here may be newer than that
]
HEAD = "# Written by `make lock` from pyproject.toml; do not edit.\n"


def resolved(requirements: list[str], constraints: Path | None) -> list[str]:
    """``name==version`` lines of everything pip would install for ``requirements``, sorted."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    if constraints is not None:
        command += ["--constraint", str(constraints)]
    answer = subprocess.run([*command, *requirements], check=True, stdout=subprocess.PIPE, text=True).stdout
    found = [entry["metadata"] for entry in json.loads(answer)["install"]]
    return sorted([f"{entry['name'].lower()}=={entry['version']}" for entry in found] + CONDITIONAL)


def main() -> None:
    """Resolve twice, the second time held to the versions of the first."""
    project = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run, dev = FOLDER / "lock.txt", FOLDER / "dev-lock.txt"
    run.write_text(HEAD + "\n".join(resolved(project["dependencies"], None)) + "\n", encoding="utf-8")
    everything = project["dependencies"] + project["optional-dependencies"]["dev"]
    dev.write_text(HEAD + "\n".join(resolved(everything, run)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
