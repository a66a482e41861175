"""``python -m tests.load.table build/bench-*.json``: writes the figures into docs/performance.md, between its marks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.load.database import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def table(runs: list[dict[str, Any]]) -> str:
    """A Markdown table, one row for each thing measured, one column for each run; a missed aim stands in bold."""
    runs = sorted(runs, key=lambda run: (run["cases"], run["vendor"] != "sqlite"))
    heads = [f"{NAMES[run['vendor']]} {run['cases']:,}" for run in runs]
    lines = ["| median / p95 in ms | " + " | ".join(heads) + " | queries | KB | aim |"]
    lines.append("|---|" + "---:|" * (len(runs) + 3))
    # Some names end with what was found in that run (how many times its floor a book takes): one row all the same.
    by_name = [{figure["name"].partition("（汇编是")[0]: figure for figure in run["figures"]} for run in runs]
    names = list(dict.fromkeys(name for found in by_name for name in found))
    for name in names:
        found = [one.get(name) for one in by_name]
        lines.append(f"| {name} | " + " | ".join(map(_cell, found)) + f" | {_rest([one for one in found if one])} |")
    return "\n".join([*lines, "", *(_machine(run) for run in runs)])


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None:
        return ""
    if figure["median"] is None:
        return f"— {figure['missing']}"
    words = f"{figure['median']:.1f}" + (f" / {figure['p95']:.1f}" if figure["p95"] is not None else "")
    words += f" (peak {figure['peak_mb']:g} MB)" if figure["peak_mb"] else ""
    return f"**{words}**" if figure["is_missed"] else words


def _rest(found: list[dict[str, Any]]) -> str:
    """Queries, size and aims, which are the same for every run or nearly so."""
    queries = sorted({one["queries"] for one in found if one["queries"] is not None})
    sizes = sorted({round(one["bytes"] / 1024) for one in found if one["bytes"]})
    aims = list(dict.fromkeys(f"{one['aim']:g}" for one in found if one["aim"]))
    return " | ".join(["–".join(map(str, _ends(queries))), "–".join(map(str, _ends(sizes))), " / ".join(aims)])


def _ends(values: list[int]) -> list[int]:
    return values if len(values) < 2 else [values[0], values[-1]]


def _machine(run: dict[str, Any]) -> str:
    facts = run["machine"]
    return (
        f"- {NAMES[run['vendor']]} {run['cases']:,}: {facts['database']}, Python {facts['python']}, "
        f"Django {facts['django']}, {facts['cpus']} cores, load {facts['load']} at the end, {facts['revision']}."
    )


def put_into(page: str, figures: str) -> str:
    """``page`` with ``figures`` between its marks. ValueError when a mark is missing."""
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:before]}\n{figures}\n{page[after:]}"


def main(paths: list[str]) -> None:
    """Read the JSON files, rewrite the page."""
    if not paths:
        raise SystemExit("用法：python -m tests.load.table build/bench-*.json")
    runs = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths]
    PAGE.write_text(put_into(PAGE.read_text(encoding="utf-8"), table(runs)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
