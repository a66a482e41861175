"""Drafts of the log and the report of a key proposal: saved by the page itself, seen by their writer alone, gone once
the text is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from panjin_portal.lib.clock import now
from proposals.errors import EditConflict
from proposals.models import LogEntry, Proposal, SupervisionDraft, User
from proposals.permissions import Decision
from proposals.permissions_log import may_correct, may_keep_log
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.wording import demand_text

PEOPLE_MAX, CONTENT_MAX, REASON_MAX, REPORT_MAX, CHOICE_MAX = 300, 3000, 200, 10_000, 20
LIMITS = {
    "kind": CHOICE_MAX,
    "held_on": CHOICE_MAX,
    "people": PEOPLE_MAX,
    "content": CONTENT_MAX,
    "reason": REASON_MAX,
    "text": REPORT_MAX,
}


class DraftConflict(EditConflict):
    """The same writer saved the draft in another window; ``version`` is the draft's."""


@dataclass(frozen=True)
class OpenPage:
    """The page a draft belongs to: a new entry, the correction of ``entry``, or the report of ``proposal``."""

    proposal: Proposal
    entry: LogEntry | None = None
    is_report: bool = False

    @property
    def name(self) -> str:
        """How the row names the page."""
        if self.entry is not None:
            return f"entry:{self.entry.pk}"
        return "report" if self.is_report else "log"

    def decide(self, user: User, proposal: Proposal) -> Decision:
        """Whether ``user`` may write on it now; ``proposal``: its case, freshly read."""
        if self.entry is None:
            return may_keep_log(user, proposal)
        self.entry.proposal = proposal
        return may_correct(user, self.entry)


def find_draft(writer: User, page: OpenPage) -> SupervisionDraft | None:
    """What ``writer`` has not stored yet."""
    return SupervisionDraft.objects.filter(proposal=page.proposal, writer=writer, page=page.name).first()


@transaction.atomic
def keep_draft(actor: User, *, page: OpenPage, words: Mapping[str, str], read: int, version: int) -> SupervisionDraft:
    """Keep ``words``, typed upon the stored text number ``read``; ``version`` (0: none) is the draft's as the page
    knows it. Raises InvalidInput (the field), DraftConflict with both texts when another window went on."""
    locked = lock_proposal(page.proposal.pk)
    insist(page.decide(fresh(actor), locked))
    # Blank is no fault here: the page is not finished. An unfinished choice or day is kept as it was typed.
    kept = {name: demand_text(text, field=name, most=LIMITS[name]) for name, text in words.items() if name in LIMITS}
    draft = find_draft(actor, page)
    if draft is None:
        if version:
            raise DraftConflict(mine=_long(kept), theirs="", version=0)
        return SupervisionDraft.objects.create(
            proposal=locked, writer=actor, page=page.name, words=kept, read=read, saved_at=now()
        )
    if draft.version != version and draft.words != kept:
        raise DraftConflict(mine=_long(kept), theirs=_long(draft.words), version=draft.version)
    draft.words, draft.read, draft.version, draft.saved_at = kept, read, draft.version + 1, now()
    draft.save(update_fields=["words", "read", "version", "saved_at"])
    return draft


def close_draft(actor: User, *, page: OpenPage, text: str, version: int | None) -> None:
    """The page is being stored with ``text``: its draft goes, in the transaction of the caller. ``version`` None: the
    caller knows of no draft. Raises DraftConflict when another window holds a different text."""
    draft = find_draft(actor, page)
    if draft is None:
        return
    theirs = _long(draft.words)
    if version is not None and version != draft.version and theirs != text:
        raise DraftConflict(mine=text, theirs=theirs, version=draft.version)
    draft.delete()


@transaction.atomic
def drop_draft(actor: User, *, page: OpenPage) -> None:
    """放弃草稿: the writer does not want it."""
    insist(page.decide(fresh(actor), lock_proposal(page.proposal.pk)))
    SupervisionDraft.objects.filter(proposal=page.proposal, writer=actor, page=page.name).delete()


def _long(words: Mapping[str, str]) -> str:
    """The long text among ``words``, the one worth comparing."""
    return words.get("text") or words.get("content") or ""
