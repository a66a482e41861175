"""The report of an import from the command line: a line per file, the counts, and a table to be kept."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from panjin_portal.lib.uploads import UploadRefused
from replies.services.import_folder import Outcome

COLUMNS = ("file", "outcome", "reason", "session", "number", "title", "warnings", "gaps", "reply")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line_of(outcome: Outcome) -> str:
    """One line: file, what became of it, why, what it lacks."""
    parts = [f"{outcome.path}：{outcome.outcome}"]
    if outcome.reply and not outcome.reason:
        parts.append(f"答复编号 {outcome.reply}")
    if outcome.reason:
        parts.append(outcome.reason)
    parts += [f"提示：{warning}" for warning in outcome.warnings]
    if outcome.gaps:
        parts.append(f"缺：{'、'.join(outcome.gaps)}")
    return "　".join(parts)


def counts_of(outcomes: Sequence[Outcome]) -> str:
    """The last line: how many files there were, and how many of each outcome."""
    counts = Counter(one.outcome for one in outcomes)
    return f"共 {len(outcomes)} 个文件：{'，'.join(f'{word} {number}' for word, number in counts.items())}。"


def check_report_place(path: Path) -> None:
    """Refuse, before anything is imported, a report that could not be written. Raises UploadRefused."""
    if path.suffix.lower() not in (".csv", ".json"):
        raise UploadRefused("报告文件名请以 .csv 或 .json 结尾。")
    if not path.parent.is_dir():
        raise UploadRefused(f"写不了报告：没有文件夹 {path.parent}。")


def write_report(path: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the table, as CSV that spreadsheets open (with a byte-order mark) or as JSON. Raises OSError."""
    rows = [_row(one) for one in outcomes]
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow([_cell(row[name]) for name in COLUMNS])


def _row(outcome: Outcome) -> dict[str, object]:
    reading = outcome.reading
    return {
        "file": str(outcome.path),
        "outcome": outcome.outcome,
        "reason": outcome.reason,
        "session": reading.get("session"),
        "number": reading.get("proposal_number"),
        "title": reading.get("title"),
        "warnings": list(outcome.warnings),
        "gaps": list(outcome.gaps),
        "reply": outcome.reply,
    }


def _cell(value: object) -> str:
    """A cell as text; one that a spreadsheet would take for a formula is marked as text."""
    text = "；".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
