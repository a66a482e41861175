"""Moulds: one case per stage, carried there by the real services in a transaction that is rolled back, read off row by
row. What differs from case to case (keys, people, bureaus, words, numbers, days) is left open.

So a filled case has every row a real one has, in every table the two apps may ever grow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from panjin_portal.lib import clock
from proposals.models import Deadline
from proposals.services.reminding import remind
from replies.demo.plan import moments
from replies.demo.script import Answer, Script
from replies.demo.stages import ROUTES, Stage, Step
from replies.demo.walk import Walk
from replies.documents.letter import Letter
from replies.documents.pdf import Pdf
from replies.documents.process import render_in_process
from replies.models import DocumentNumber, Publication
from tests.load.moulds_city import Setting, build_setting

LAST_DAY = date(2026, 7, 20)  # when the last step of every mould happens; a Monday
FIRST_KEY, KEYS_PER_TABLE = 10**9, 10**7
_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<!\d)\d{4}年\d{1,2}月\d{1,2}日")


@dataclass(frozen=True)
class Kind:
    """Which mould: the stage, how many co-handlers, proposers and asks, how often the draft comes back; ``rated``: the
    proposer has given his opinion before the reply is published."""

    stage: Stage
    helpers: int = 1
    proposers: int = 1
    asks: int = 3
    returns: int = 0
    rated: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """The way there."""
        steps: list[Step] = []
        for step in ROUTES[self.stage]:
            if step == Step.SEND:
                steps += [Step.SEND, Step.SEND_BACK] * self.returns
            if step == Step.PREPARE and self.rated:
                steps.append(Step.RATE)
            steps.append(step)
        return tuple(steps)


@dataclass(frozen=True)
class Cell:
    """A column that differs: ``how`` is key (``what`` names the row), text (``what % values``) or day (shifted)."""

    place: int
    how: str
    what: Any


@dataclass(frozen=True)
class Row:
    """A row as it came out of the services, and what must be put in."""

    fixed: tuple[Any, ...]
    cells: tuple[Cell, ...]
    key: str


@dataclass(frozen=True)
class Mould:
    """All rows of one case by model. ``letters``: digest of a frozen letter -> its JSON as a format;
    ``days``: dates in running text -> the day; ``keys``: key of a row it was made with -> what that row is called."""

    kind: Kind
    rows: Mapping[type[models.Model], tuple[Row, ...]]
    letters: Mapping[str, str]
    days: Mapping[str, date]
    keys: Mapping[str, str]

    @cached_property
    def moments(self) -> frozenset[date]:
        """Every day and moment in its columns."""
        return frozenset(
            cell.what for rows in self.rows.values() for row in rows for cell in row.cells if cell.how == "day"
        )

    @property
    def size(self) -> int:
        """Rows of one case."""
        return sum(map(len, self.rows.values()))


def columns_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table, in the order rows are written."""
    return list(model._meta.concrete_fields)


def case_models() -> list[type[models.Model]]:
    """Every table of the two apps, those between two models too; not the sessions, which belong to no case."""
    found = apps.get_models(include_auto_created=True)
    ours = [one for one in found if one._meta.app_label in {"proposals", "replies"} and one._meta.managed]
    return [one for one in ours if has_own_keys(one) or isinstance(one._meta.pk, models.OneToOneField)]


def has_own_keys(model: type[models.Model]) -> bool:
    """Whether its rows are counted; else they are known by the key of the row they belong to."""
    return isinstance(model._meta.pk, models.AutoField)


def make_moulds(kinds: Iterable[Kind]) -> dict[Kind, Mould]:
    """Carry a case to each kind's stage and read it off; the database is left as it was."""
    found: dict[Kind, Mould] = {}
    with transaction.atomic(), patch("replies.services.rendering.render_in_process", _one_file()):
        for place, model in enumerate(filter(has_own_keys, case_models())):
            _count_from(model, FIRST_KEY + place * KEYS_PER_TABLE)
        # Nobody is reminded of the cases that are there already while the mould is made.
        Deadline.objects.filter(met_at=None, cancelled_at=None).update(cancelled_at=clock.now())
        with clock.at(LAST_DAY - timedelta(days=400)):
            setting = build_setting()
        for kind in kinds:
            before = transaction.savepoint()
            found[kind] = _make(kind, setting)
            transaction.savepoint_rollback(before)
        transaction.set_rollback(True)
    reset_keys()
    return found


def reset_keys() -> None:
    """Let the next keys follow the last rows: PostgreSQL's counters do not roll back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), case_models()):
            cursor.execute(statement)


def script_of(kind: Kind) -> Script:
    """The texts, each a word in brackets that a case replaces by its own."""
    asks = range(1, kind.asks + 1)
    items = tuple(Answer(f"〔要点{n}〕", (f"〔细目{n}〕",), run_in=True) for n in (1, 2))
    return Script(
        title="关于〔案由〕的建议",
        topic="营商环境",
        background="〔背景〕",
        analysis="〔分析〕",
        suggestions="\n".join(f"{n}.〔建议{n}〕" for n in asks),
        answers=tuple(
            Answer(f"关于〔标题{n}〕", (f"〔答复{n}〕", f"〔措施{n}〕"), asks=(n,), below=items if n == 2 else ())
            for n in asks
        ),
        keywords="〔主题词〕 提案 办理",
    )


def _one_file() -> Callable[..., Pdf]:
    """Stands for the typesetter: the first letter is set in earnest, its file serves for all others."""
    made: list[Pdf] = []

    def render(letter: Letter, **limits: Any) -> Pdf:
        if not made:
            made.append(render_in_process(letter, **limits))
        return made[0]

    return render


def _make(kind: Kind, setting: Setting) -> Mould:
    tops = {model: _top(model) for model in case_models()}
    walk = Walk(setting.session, script_of(kind), setting.cast(kind.helpers, kind.proposers))
    reminded = datetime.min.replace(tzinfo=UTC)
    for step, at in zip(kind.steps, moments(kind.steps, LAST_DAY), strict=True):
        with clock.at(at):
            if walk.assignments and at - reminded >= timedelta(days=7):
                remind()  # once a week: a mould need not hold every reminder of a case
                reminded = at
            walk.do(step)
        if step == Step.FILE:  # the others signed; who is invited to sign leaves rows no mould knows
            walk.proposal.proposal_proposers.filter(position__gt=1).update(is_cosigner=True)
    # A mark says that these people were told; a case has people of its own.
    Deadline.objects.exclude(spoken_mark=0).update(spoken_mark=0, spoken_version=0)
    rows = {model: list(model._default_manager.filter(pk__gt=top).order_by("pk")) for model, top in tops.items()}
    return _Reader(kind, setting, rows).read()


class _Reader:
    """Turns rows into formats: exact words and numbers of the mould become names to be filled in."""

    def __init__(self, kind: Kind, setting: Setting, rows: Mapping[type[models.Model], list[models.Model]]) -> None:
        self.kind, self.setting = kind, setting
        self.rows = {model: found for model, found in rows.items() if found}
        self.keys = {str(row.pk) for found in rows.values() for row in found} | set(setting.keys)
        self.letters: dict[str, str] = {}
        self.days: dict[str, date] = {}
        words = dict(setting.words)
        for place, number in enumerate(self._of(DocumentNumber)):
            words[str(number)] = f"document_number{place}"
        for publication in self._of(Publication):
            words[publication.index_number] = "index_number"
        self.words = words
        known = sorted(map(re.escape, words), key=len, reverse=True)
        # A year in brackets is no word of ours: 〔2026〕.
        self.pattern = re.compile(
            "|".join([*known, r"[0-9a-f]{64}", r"〔[^\d〔〕]{2,3}\d*〕", r"\d{10}", _DAY.pattern])
        )

    def _of(self, model: type[models.Model]) -> list[Any]:
        return self.rows.get(model, [])

    def read(self) -> Mould:
        self._find_letters()
        read = {model: tuple(self._row(row) for row in found) for model, found in self.rows.items()}
        return Mould(self.kind, read, self.letters, self.days, dict(self.setting.keys))

    def _find_letters(self) -> None:
        """Frozen letters first: their digests stand in other rows."""
        pairs = (("signed_digest", "signed_letter"), ("letter_digest", "letter"))
        for found in self.rows.values():
            for row in found:
                for name, text in pairs:
                    # A co-handler's opinion bears the digest of its own words and has no letter; nothing reads it here.
                    if (value := getattr(row, name, "")) and hasattr(row, text):
                        self.letters.setdefault(value, "")
                        self.letters[value] = self.format(_json(getattr(row, text)))

    def _row(self, row: models.Model) -> Row:
        fixed: list[Any] = []
        cells: list[Cell] = []
        for place, column in enumerate(columns_of(type(row))):
            value = getattr(row, column.attname)
            value = value.name if isinstance(column, models.FileField) else value
            how, value = self._cell(column, value)
            fixed.append(None if how else value)
            if how:
                cells.append(Cell(place, how, value))
        return Row(tuple(fixed), tuple(cells), str(row.pk))

    def _cell(self, column: models.Field[Any, Any], value: Any) -> tuple[str, Any]:
        if value is None:
            return "", None
        if isinstance(column, (models.ForeignKey, models.AutoField)):
            return ("key", str(value)) if str(value) in self.keys else ("", value)
        if isinstance(value, datetime):
            return "day", value.astimezone(UTC)
        if isinstance(value, date):
            return "day", value
        if isinstance(column, models.JSONField):
            value = _json(value)
        if isinstance(value, str) and not isinstance(column, models.FileField):
            written = self.format(value)
            return ("text", written) if "%(" in written else ("", value)
        return "", value

    def format(self, text: str) -> str:
        """``text`` with names for what differs, as ``%`` takes it."""
        return self.pattern.sub(self._name, text.replace("%", "%%"))

    def _name(self, match: re.Match[str]) -> str:
        found = match[0]
        if found in self.words:
            return f"%({self.words[found]})s"
        if found in self.keys or found in self.letters or found.startswith("〔"):
            return f"%({found})s"
        if _DAY.fullmatch(found):
            self.days[found] = date(*map(int, re.findall(r"\d+", found)))
            return f"%({found})s"
        return found


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _top(model: type[models.Model]) -> int:
    return max(FIRST_KEY, model._default_manager.aggregate(top=Max("pk"))["top"] or 0)


def _count_from(model: type[models.Model], first: int) -> None:
    """Let the table's next keys start here, so that a number of ten digits names one row of one table."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', key, first])
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, first])
