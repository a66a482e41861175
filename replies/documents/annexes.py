"""What is annexed to a letter (附件, GB/T 9704-2012 clause 7.3.7): a title, paragraphs and tables (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from replies.documents.punctuation import full_width


@dataclass(frozen=True)
class Column:
    """One column: what its head says, and its width in parts of the table's. Whole parts, for 8 and 8.0 would be
    equal numbers with unequal digests."""

    title: str
    share: int


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page it runs over. Every row has one text for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Annex:
    """One annex on pages of its own: title, then the paragraphs, then the tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


def annex_texts(annexes: Sequence[Annex]) -> Iterator[str]:
    """Every text of the annexes in printed order; a table gives its head and then its cells row by row."""
    for label, annex in labelled(annexes):
        yield label
        yield annex.title
        yield from annex.paragraphs
        for table in annex.tables:
            yield from (column.title for column in table.columns)
            for row in table.rows:
                yield from row


def labelled(annexes: Sequence[Annex]) -> Iterator[tuple[str, Annex]]:
    """Each annex with what stands at the top of its first page: 附件, or 附件1 and so on where there are several."""
    for place, annex in enumerate(annexes, start=1):
        yield "附件" if len(annexes) == 1 else f"附件{place}", annex


def note_lines(annexes: Sequence[Annex]) -> tuple[tuple[str, str], ...]:
    """The note under the text that names the annexes (clause 7.3.4): for each what stands before its name, and the
    name. Several are numbered; no sign follows a name."""
    if len(annexes) == 1:
        return (("附件：", annexes[0].title),)
    return tuple(
        (f"附件：{place}．" if place == 1 else f"{place}．", annex.title)
        for place, annex in enumerate(annexes, start=1)
    )


def normal_annex(annex: Annex) -> Annex:
    """The annex with full-width punctuation, for layout only."""
    return Annex(
        full_width(annex.title),
        tuple(map(full_width, annex.paragraphs)),
        tuple(_normal_table(table) for table in annex.tables),
    )


def _normal_table(table: Table) -> Table:
    return Table(
        tuple(replace(column, title=full_width(column.title)) for column in table.columns),
        tuple(tuple(map(full_width, row)) for row in table.rows),
    )


def annexes_to_dict(annexes: tuple[Annex, ...]) -> dict[str, Any]:
    """The keys of the stored letter: none without annexes; ``annex``, title and paragraphs in one list, for a single
    annex of text, as letters signed before there were tables have it and keep their digest; else ``annexes``."""
    if not annexes:
        return {}
    if len(annexes) == 1 and not annexes[0].tables:
        return {"annex": [annexes[0].title, *annexes[0].paragraphs]}
    return {"annexes": [_annex_to_dict(annex) for annex in annexes]}


def annexes_from_dict(data: Mapping[str, Any]) -> tuple[Annex, ...]:
    """Read either key. Raises KeyError, TypeError or ValueError for damaged data."""
    if plain := data.get("annex"):
        title, *paragraphs = (str(line) for line in plain)
        return (Annex(title, tuple(paragraphs)),)
    return tuple(_annex_from_dict(annex) for annex in data.get("annexes", ()))


def _annex_to_dict(annex: Annex) -> dict[str, Any]:
    tables = [
        {
            "columns": [[column.title, column.share] for column in table.columns],
            "rows": [list(row) for row in table.rows],
        }
        for table in annex.tables
    ]
    return {"title": annex.title, "paragraphs": list(annex.paragraphs), "tables": tables}


def _annex_from_dict(data: Mapping[str, Any]) -> Annex:
    tables = []
    for table in data["tables"]:
        columns = tuple(Column(str(title), int(share)) for title, share in table["columns"])
        rows = tuple(tuple(map(str, row)) for row in table["rows"])
        if any(len(row) != len(columns) for row in rows):
            raise ValueError("a row with another number of cells than there are columns")
        tables.append(Table(columns, rows))
    return Annex(str(data["title"]), tuple(map(str, data["paragraphs"])), tuple(tables))
