"""Casting cases: a mould, people, words, numbers and days in, finished rows out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Count, Max

from panjin_portal.lib.chinese import long_date
from proposals.models import Event, IssuedNumber, Notice, OutgoingMail, Proposal, SearchText
from proposals.services.events import seal
from replies.documents.letter import digest, from_dict
from replies.models import DocumentNumber, Publication, PublicSearchText
from tests.load import searching
from tests.load.moulds import LAST_DAY, Mould, Row, case_models, columns_of, has_own_keys
from tests.load.sink import writer_of_days

READ_AFTER = timedelta(days=14)
Batch = dict[type[models.Model], list[list[Any]]]


@cache
def _places(model: type[models.Model]) -> dict[str, int]:
    return {column.attname: place for place, column in enumerate(columns_of(model))}


EVENT, PROPOSAL, MAIL = _places(Event), _places(Proposal), _places(OutgoingMail)
DOCUMENT = _places(DocumentNumber)
OWN, PUBLICATION, PUBLIC = _places(SearchText), _places(Publication), _places(PublicSearchText)


@dataclass(frozen=True)
class Case:
    """What one case differs by. ``who``: name of a row of the mould's setting -> id; ``words``: name -> text;
    ``shift``: days to move; ``code`` of the lead bureau, for the 索引号; ``today``: when the filling happens."""

    who: Mapping[str, int]
    words: Mapping[str, str]
    shift: timedelta
    code: str
    today: date


class Caster:
    """Gives keys and serial numbers that nobody has, and makes rows."""

    def __init__(self) -> None:
        """Go on from what the database holds."""
        self.stored = writer_of_days()
        self.next_key = {model: _last(model) + 1 for model in case_models() if has_own_keys(model)}
        self.serials: Counter[tuple[object, ...]] = Counter()
        for session, last in IssuedNumber.objects.values_list("session").annotate(Max("value")).order_by():
            self.serials["number", session] = last
        for word, year, last in DocumentNumber.objects.values_list("word", "year").annotate(Max("serial")).order_by():
            self.serials["document", word, year] = last
        by_year = Publication.objects.values_list("bureau__code", "created_on__year").annotate(Count("pk")).order_by()
        for code, year, count in by_year:
            self.serials["index", code, year] = count

    def cast(self, mould: Mould, case: Case, batch: Batch) -> int:
        """Add all rows of one case to ``batch``; gives the key of its proposal."""
        values: dict[str, Any] = {key: case.who[name] for key, name in mould.keys.items() if name in case.who}
        for model, rows in mould.rows.items():
            if model not in self.next_key:
                continue
            first = self.next_key[model]
            for place, row in enumerate(rows):
                values[row.key] = first + place
            self.next_key[model] = first + len(rows)
        values.update(case.words)
        for text, day in mould.days.items():
            moved = day + case.shift
            values[text] = moved.isoformat() if "-" in text else long_date(moved)
        self._number(mould, case, values)
        for old, letter in mould.letters.items():
            values[old] = digest(from_dict(json.loads(letter % values)))
        days = {day: self.stored(day + case.shift) for day in mould.moments}
        made = {model: [_row(row, values, days) for row in rows] for model, rows in mould.rows.items()}
        self._finish(mould, case, values, made)
        for model, found in made.items():
            batch.setdefault(model, []).extend(found)
        (proposal,) = made[Proposal]
        return int(proposal[PROPOSAL["id"]])

    def _number(self, mould: Mould, case: Case, values: dict[str, Any]) -> None:
        """The next official number, document numbers and 索引号, where the mould has them."""
        if IssuedNumber in mould.rows:
            values["serial"] = self._next("number", case.who["session"])
            values["number"] = f"{values['serial']:03d}"
        for place, row in enumerate(mould.rows.get(DocumentNumber, ())):  # of the answer, of each opinion
            year = _year(row, DOCUMENT["issued_at"], case.shift)
            word = next(cell.what for cell in row.cells if cell.place == DOCUMENT["word"]) % values
            serial = self._next("document", word, year)
            values |= {f"document_year{place}": year, f"document_serial{place}": serial}
            values[f"document_number{place}"] = f"{word}〔{year}〕{serial}号"
        for row in mould.rows.get(Publication, ()):
            year = _year(row, PUBLICATION["created_on"], case.shift)
            values["index_number"] = f"govs{case.code}-{year}-{self._next('index', case.code, year):06d}"

    def _next(self, *what: object) -> int:
        self.serials[what] += 1
        return self.serials[what]

    def _finish(
        self, mould: Mould, case: Case, values: dict[str, Any], made: dict[type[models.Model], list[list[Any]]]
    ) -> None:
        """What no format can say: serials as numbers, unique mail ids, notices read by now, the seals."""
        _set(made, IssuedNumber, value=values.get("serial"))
        for place, number in enumerate(made.get(DocumentNumber, ())):
            number[DOCUMENT["serial"]] = values[f"document_serial{place}"]
            number[DOCUMENT["year"]] = values[f"document_year{place}"]
        for mail in made.get(OutgoingMail, ()):
            mail[MAIL["message_id"]] = f"<{mail[MAIL['id']]}@panjin.example>"
        _set(made, Proposal, topic_id=case.who["topic"])
        if LAST_DAY + case.shift < case.today - READ_AFTER:
            read = datetime.combine(LAST_DAY + case.shift + timedelta(days=1), time(2), UTC)
            _set(made, Notice, read_at=self.stored(read))
        _index(made)
        _seal(mould, values, case.shift, made)


def _row(row: Row, values: Mapping[str, Any], days: Mapping[date, Any]) -> list[Any]:
    made = list(row.fixed)
    for cell in row.cells:
        if cell.how == "key":
            made[cell.place] = values[cell.what]
        elif cell.how == "text":
            made[cell.place] = cell.what % values
        else:
            made[cell.place] = days[cell.what]
    return made


def _set(made: dict[type[models.Model], list[list[Any]]], model: type[models.Model], **values: Any) -> None:
    places = _places(model)
    for row in made.get(model, ()):
        for name, value in values.items():
            row[places[name]] = value


def _index(made: dict[type[models.Model], list[list[Any]]]) -> None:
    """Cut what is said into tokens."""
    (proposal,) = made[Proposal]
    for row in made.get(SearchText, ()):
        row[OWN["title"]] = searching.own_title(proposal[PROPOSAL["title"]], proposal[PROPOSAL["number"]])
        row[OWN["own"]] = searching.tokens(row[OWN["text"]])
        row[OWN["answers"]] = searching.answers(row[OWN["answers_text"]])
    for row, publication in zip(made.get(PublicSearchText, ()), made.get(Publication, ()), strict=False):
        row[PUBLIC["title"]] = searching.tokens(publication[PUBLICATION["title"]])
        row[PUBLIC["body"]] = searching.tokens(row[PUBLIC["text"]])


def _seal(
    mould: Mould, values: Mapping[str, Any], shift: timedelta, made: dict[type[models.Model], list[list[Any]]]
) -> None:
    """Seal the chain anew with the portal's own function; the head goes to the proposal."""
    previous = ""
    for row, source in zip(made[Event], mould.rows[Event], strict=True):
        at: datetime = next(cell.what for cell in source.cells if cell.place == EVENT["at"])
        row[EVENT["previous_hash"]] = previous
        previous = row[EVENT["hash"]] = seal(
            proposal_id=row[EVENT["proposal_id"]],
            number=row[EVENT["number"]],
            kind=row[EVENT["kind"]],
            actor_id=row[EVENT["actor_id"]],
            post_id=row[EVENT["post_id"]],
            at=at + shift,
            text=row[EVENT["text"]],
            data=json.loads(row[EVENT["data"]]),
            previous_hash=previous,
        )
    (proposal,) = made[Proposal]
    proposal[PROPOSAL["last_event_hash"]] = previous


def _year(row: Row, place: int, shift: timedelta) -> int:
    moment: date = next(cell.what for cell in row.cells if cell.place == place)
    return (moment + shift).year


def _last(model: type[models.Model]) -> int:
    return model._default_manager.aggregate(top=Max("pk"))["top"] or 0
