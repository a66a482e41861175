"""What a notice says: the city's words where it changed them, else the default ones, filled with the case at hand.

The rows are read at most once a minute by each process, so a step pays no query for its words and a change counts
everywhere within a minute (in the process that made it, at once).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from proposals.models import NoticeTemplate, Proposal
from proposals.notice_kinds import KINDS, NOTICE_MAX, SUBJECT_MAX, BrokenWording, NoticeKind, fill
from proposals.notice_kinds import PLACES as PLACE_OF
from proposals.services.wording import one_line

log = logging.getLogger(__name__)

KEPT_SECONDS = 60
OTHER_SUBJECT = "提案办理通知"


@dataclass(frozen=True)
class Said:
    """One thing to be told: its kind, what fills the places, and the case it is about (None: about none, or told also
    to who may not open it)."""

    kind: NoticeKind
    values: Mapping[str, str] = field(default_factory=dict)
    case_id: int | None = None

    def about(self, case_id: int) -> Said:
        """The same, to somebody who knows the matter as another case."""
        return self if self.kind.beyond else replace(self, case_id=case_id)


@dataclass(frozen=True)
class Words:
    """A notice in words: ``subject`` for its mail, ``text`` for both."""

    subject: str
    text: str


def say(code: str, proposal: Proposal | None = None, **values: object) -> Said:
    """The notice of kind ``code`` about ``proposal``; ``values`` under the names of ``notice_kinds.PLACES``."""
    kind = KINDS[code]
    filled = {PLACE_OF[name]: one_line(str(value)) for name, value in values.items()}
    if proposal is None:
        return Said(kind, filled)
    of_case = {"提案": str(proposal), "提案号": proposal.label, "案由": proposal.title}
    return Said(kind, of_case | filled, None if kind.beyond else proposal.pk)


def plainly(text: str) -> Said:
    """``text`` as a notice of no kind, which nobody words otherwise."""
    return Said(NoticeKind("", OTHER_SUBJECT, "", "{内容}"), {"内容": text})


def in_words(said: Said) -> Words:
    """What ``said`` says. A row of the city that cannot be filled counts as not there."""
    default = (said.kind.label, said.kind.body)
    for subject, body in (kept.rows().get(said.kind.code, default), default):
        try:
            words = Words(fill(subject, said.values)[:SUBJECT_MAX], fill(body, said.values)[:NOTICE_MAX])
        except BrokenWording as error:
            log.warning("wording of notice %s: %s", said.kind.code, error)
            continue
        if words.subject.strip() and words.text.strip():
            return words
    # A step that forgot a value is a fault of the code; whoever waits for the notice hears of the step all the same.
    return Words(said.kind.label, f"{said.kind.label}：{said.values.get('提案', '')}"[:NOTICE_MAX])


class _Kept:
    """The rows as this process read them last."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[str, str]] = {}
        self._until = 0.0

    def rows(self) -> dict[str, tuple[str, str]]:
        """Code of a kind to subject and body (one query a minute at most)."""
        if time.monotonic() >= self._until:
            self._rows = {kind: (subject, body) for kind, subject, body in _stored()}
            self._until = time.monotonic() + KEPT_SECONDS
        return self._rows

    def forget(self) -> None:
        """Read anew the next time."""
        self._until = 0.0


def _stored() -> list[tuple[str, str, str]]:
    return list(NoticeTemplate.objects.values_list("kind", "subject", "body"))


kept = _Kept()
