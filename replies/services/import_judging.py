"""Where read files stand: what they say, what is lacking, what is wrong with them, what is here already. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q

from panjin_portal.lib.case_numbers import bare_number, spellings_of
from proposals.models import Proposal
from replies.models import ImportedSource, ImportItem
from replies.services.import_fields import (
    CaseFields,
    changes_in,
    corrected,
    fields_of,
    gaps_in,
    values_of,
    warnings_in,
)
from replies.workflow import ImportState

# What nearly every old page has, and what the check against the source shows anyway: no reason to look at a file first.
HARMLESS = frozenset({"blank_metadata", "text_after_date", "unknown_bureau", "issuing_body_differs"})
MOST_ELSEWHERE = 1000
Key = tuple[int | None, int | None, str]  # term, number of the session, bare number of the proposal


@dataclass(frozen=True)
class Judged:
    """One file that has been read. ``clash`` is the case that has its number already, ``source`` the same file stored
    before, ``rival`` a file before it in the list with the same number, ``elsewhere`` one that waits in another
    batch."""

    item: ImportItem
    as_read: CaseFields
    clash: Proposal | None
    source: ImportedSource | None
    rival: ImportItem | None = None
    elsewhere: ImportItem | None = None

    @cached_property
    def fields(self) -> CaseFields:
        """What counts: the reading with the corrections."""
        return corrected(self.as_read, self.item.corrections)

    @property
    def values(self) -> dict[str, str]:
        """The same as texts of the form."""
        return {**values_of(self.as_read), **self.item.corrections}

    @property
    def missing(self) -> dict[str, str]:
        """What a case cannot exist without."""
        return self.fields.missing()

    @property
    def lacking(self) -> list[str]:
        """The same as sentences, each once."""
        return list(dict.fromkeys(self.missing.values()))

    @property
    def gaps(self) -> list[str]:
        """Labels of what is blank and may stay so."""
        return gaps_in(self.fields, self.item.reading or {})

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What no correction has settled."""
        return warnings_in(self.item.reading or {}, self.item.corrections)

    @property
    def changes(self) -> list[dict[str, str]]:
        """What was corrected by hand, from what to what."""
        return changes_in(self.as_read, self.item.corrections)

    @property
    def is_here(self) -> bool:
        """Whether the case, or the very file, is in the portal already."""
        return self.clash is not None or self.source is not None

    @property
    def is_sound(self) -> bool:
        """Whether it can be stored without a look: complete, new, and nothing that needs a person."""
        needs_eyes = any(warning["code"] not in HARMLESS for warning in self.warnings)
        return not (self.missing or self.is_here or self.rival or self.elsewhere or needs_eyes)


def key_of(fields: CaseFields) -> Key:
    """What two files of one case have in common; with a blank in it, nothing can be said."""
    return (fields.term, fields.session_number, bare_number(fields.number))


def fields_as_read(item: ImportItem) -> CaseFields:
    """The fields of a file that has been read, before any correction."""
    reading: dict[str, Any] = item.reading or {}
    return fields_of(reading, salutation=item.salutation, bureau=item.bureau_code)


def judge(items: Iterable[ImportItem]) -> list[Judged]:
    """Those of ``items`` that have been read and wait to be stored (three queries for any number of them)."""
    read = [(item, fields_as_read(item)) for item in items if item.state == ImportState.READ]
    known = _cases([corrected(fields, item.corrections) for item, fields in read])
    waiting = _waiting_elsewhere(read)
    sources = _sources([item.sha256 for item, _ in read])
    found, first = [], dict[Key, ImportItem]()
    for item, fields in read:
        wanted = corrected(fields, item.corrections)
        key = key_of(wanted)
        rival = first.setdefault(key, item) if all(key) else item
        found.append(
            Judged(
                item,
                fields,
                known.get(key),
                sources.get(item.sha256),
                rival if rival is not item else None,
                waiting.get(key, {}).get(item.pk),
            )
        )
    return found


def _cases(fields: Sequence[CaseFields]) -> dict[Key, Proposal]:
    complete = [one for one in fields if one.term and one.session_number and one.number]
    if not complete:
        return {}
    rows = Proposal.objects.filter(
        number__in={number for one in complete for number in spellings_of(one.number)},
        session__term__in={one.term for one in complete},
    )
    found = rows.select_related("session")
    return {(row.session.term, row.session.number, bare_number(row.number)): row for row in found}


def _waiting_elsewhere(read: Sequence[tuple[ImportItem, CaseFields]]) -> dict[Key, dict[int, ImportItem]]:
    """For each number that files of other batches claim too: by key of the file here, one of those. Whichever is stored
    first takes the number, so people should choose before."""
    mine: dict[Key, list[ImportItem]] = {}
    for item, fields in read:
        if all(key := key_of(corrected(fields, item.corrections))):
            mine.setdefault(key, []).append(item)
    if not mine:
        return {}
    numbers = {spelling for key in mine for spelling in spellings_of(key[2])}
    rows = ImportItem.objects.filter(
        Q(reading__proposal_number__in=numbers) | Q(corrections__number__in=numbers), state=ImportState.READ
    )
    found: dict[Key, dict[int, ImportItem]] = {}
    for other in rows.select_related("batch").defer("text").order_by("pk")[:MOST_ELSEWHERE]:
        key = key_of(corrected(fields_as_read(other), other.corrections))
        for item in mine.get(key, ()):
            if item.batch_id != other.batch_id:
                found.setdefault(key, {}).setdefault(item.pk, other)
    return found


def _sources(digests: Sequence[str]) -> dict[str, ImportedSource]:
    if not digests:
        return {}
    rows = ImportedSource.objects.filter(sha256__in=digests).select_related("reply").defer("text", "reading")
    return {row.sha256: row for row in rows}
