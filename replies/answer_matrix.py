"""The answer matrix of a reply as pages show it, what it still lacks, and the class it proposes for the whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from panjin_portal.lib.kept import Kept
from proposals.models import Ask, ResultClass
from replies.documents.annexes import Annex, Column, Table
from replies.models import MatrixRow, Reply, ReplySection
from replies.queries import place

WHOLE = 0  # key of the line for the whole case, where a proposal has no numbered asks


@dataclass(frozen=True)
class Link:
    """A section that answers an ask: what people call it, and its key while it is a draft (0 once frozen)."""

    name: str
    section: int = 0


@dataclass(frozen=True)
class Line:
    """One ask (``ask`` 0: the whole case) with all that is said of it. ``class_code`` is "" while none is chosen for
    the ask: then the class of the whole reply holds."""

    ask: int
    position: int
    text: str
    sections: tuple[Link, ...] = ()
    class_id: int | None = None
    class_code: str = ""
    class_meaning: str = ""
    needs_promise: bool = False
    outcome: str = ""
    bureau_id: int | None = None
    bureau: str = ""
    promise: str = ""
    due_on: date | None = None
    phase: str = ""
    no_promise_reason: str = ""
    explanation: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """第2条建议, or the whole case."""
        return f"第{self.position}条建议" if self.ask else "这件提案"

    @property
    def anchor(self) -> str:
        """Where the line stands on the page of the matrix."""
        return f"ask-{self.ask}"

    @property
    def is_open(self) -> bool:
        """No section answers the ask and nobody has said why."""
        return bool(self.ask) and not self.sections and not self.explanation

    @property
    def when(self) -> str:
        """The day or phase of the promise."""
        return self.due_on.isoformat() if self.due_on else self.phase


@dataclass(frozen=True)
class Gap:
    """What the matrix lacks before the reply can go on, and the line where it is to be written."""

    line: Line
    sentence: str


def draft_matrix(reply: Reply, rows: Sequence[ReplySection]) -> list[Line]:
    """The matrix of a draft, with its links and what was written in its lines (one query, however many asks; a second
    where there are none). ``rows``: all sections of the reply; their asks need not be loaded."""
    names = {one.row.pk: one.name for one in place(rows, reply.scheme)}
    order = {pk: number for number, pk in enumerate(names)}
    lines: dict[int, Line] = {}
    sections: dict[int, list[int]] = {}
    for pk, position, text, answering, *columns in _asked(reply.proposal_id, reply.pk):
        sections.setdefault(pk, [])
        if answering in names:
            sections[pk].append(answering)
        lines[pk] = Line(pk, position, text, **_written(dict(zip(_COLUMNS, columns, strict=True))))
    if not lines:
        whole = MatrixRow.objects.filter(reply=reply, ask=None).values(*_COLUMNS).first()
        text = "提案没有分条的建议，在这里写全案的办理结果和承诺。"
        return [Line(WHOLE, 0, text, **(_written(whole) if whole else {}))]
    return [
        replace(
            line,
            sections=tuple(Link(names[pk], pk) for pk in sorted(sections[ask], key=lambda pk: order[pk])),
        )
        for ask, line in lines.items()
    ]


@Kept
def _asked(proposal: int, reply: int) -> QuerySet[Ask, tuple[Any, ...]]:
    """An ask for each of its sections in the reply, with what was written in its line."""
    asks = Ask.objects.filter(proposal=proposal).annotate(
        line=FilteredRelation("matrix_rows", condition=Q(matrix_rows__reply=reply)),
        answering=FilteredRelation("sections", condition=Q(sections__reply=reply)),
    )
    columns = (f"line__{name}" for name in _COLUMNS)
    return asks.order_by("position").values_list("pk", "position", "text", "answering__pk", *columns)


# Column of a row (through its relations): field of the line.
_COLUMNS = {
    "result_class_id": "class_id",
    "result_class__code": "class_code",
    "result_class__meaning": "class_meaning",
    "result_class__needs_promise": "needs_promise",
    "outcome": "outcome",
    "bureau_id": "bureau_id",
    "bureau__short_name": "bureau",
    "promise": "promise",
    "promise_due": "due_on",
    "promise_phase": "phase",
    "no_promise_reason": "no_promise_reason",
    "explanation": "explanation",
    "version": "version",
}


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was written in a line; columns of a row that is not there keep the line's defaults."""
    return {name: row[column] for column, name in _COLUMNS.items() if row[column] is not None}


def shown_matrix(reply: Reply, rows: Sequence[ReplySection]) -> list[Line]:
    """The matrix as it was signed; of a draft (or of a reply signed before there was one) as it stands."""
    if reply.signed_matrix is not None:
        return thaw(reply.signed_matrix)
    return draft_matrix(reply, rows)


def gaps(lines: Iterable[Line], overall: ResultClass | None) -> list[Gap]:
    """What stops a reply of class ``overall``: an ask nobody answers or explains; a class that wants a promise (B and
    C, DOMAIN 1.13) with neither promise nor reason. A line without a class has the class of the whole."""
    found = []
    for line in lines:
        if line.is_open:
            found.append(Gap(line, f"{line.name}没有标明由哪一段回应，也没有写明不回应的理由。"))
            continue
        code = line.class_code or (overall.code if overall else "")
        wants = line.needs_promise if line.class_code else bool(overall and overall.needs_promise)
        is_answered = bool(line.sections) or not line.ask
        if wants and is_answered and not line.promise and not line.no_promise_reason:
            found.append(Gap(line, f"{line.name}定为{code}类，要写明承诺，或写明没有承诺的理由。"))
    return found


def proposed_class(lines: Iterable[Line], classes: Sequence[ResultClass]) -> ResultClass | None:
    """The class of the whole reply that follows from its lines: theirs when they agree; the second of the scheme when
    some are solved or being solved and others not; else the best among them. None while no line has a class."""
    order = {one.pk: place for place, one in enumerate(classes)}
    found = sorted({order[line.class_id] for line in lines if line.class_id in order})
    if not found:
        return None
    best = found[0] if len(found) == 1 else max(found[0], 1)
    return classes[best]


def freeze(lines: Iterable[Line]) -> tuple[list[dict[str, Any]], str]:
    """The lines as JSON and the SHA-256 of it, kept with the signed text."""
    data = []
    for line in lines:
        item = asdict(replace(line, version=0))
        item["sections"] = [link.name for link in line.sections]
        item["due_on"] = line.due_on.isoformat() if line.due_on else None
        data.append(item)
    return data, digest(data)


def digest(data: object) -> str:
    """SHA-256 over the canonical JSON of a frozen matrix, in hexadecimal."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def thaw(data: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines of a frozen matrix."""
    return [
        Line(
            **{
                **item,
                "sections": tuple(Link(name) for name in item["sections"]),
                "due_on": date.fromisoformat(item["due_on"]) if item["due_on"] else None,
            }
        )
        for item in data
    ]


def annex_of(lines: Iterable[Line]) -> Annex:
    """The matrix as the annex of a letter: one row for each ask."""
    rows = tuple(
        (
            str(line.position) if line.ask else "",
            line.text if line.ask else "全案",
            f"{line.class_code}类" if line.class_code else "",
            "\n".join(filter(None, (_answered(line), line.outcome, line.explanation))),
            line.bureau,
            f"{line.promise}（{line.when}）" if line.promise else "",
        )
        for line in lines
    )
    return Annex(ANNEX_TITLE, tables=(Table(ANNEX_COLUMNS, rows),))


def _answered(line: Line) -> str:
    return f"见答复“{'”、“'.join(link.name for link in line.sections)}”。" if line.sections else ""


ANNEX_TITLE = "建议办理情况对照表"
ANNEX_COLUMNS = (
    Column("序号", 7),
    Column("建议", 24),
    Column("办理结果", 12),
    Column("答复情况", 27),
    Column("责任单位", 12),
    Column("承诺与期限", 18),
)
