"""Official numbers of proposals, gap-free per session and kind (DOMAIN 1.6)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from panjin_portal.lib.case_numbers import spellings_of
from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import Kept, insert
from proposals.models import IssuedNumber, Proposal, Session


@dataclass(frozen=True)
class NextNumber:
    """A number ready to be given: its serial and how it is printed (without 第 and 号)."""

    value: int
    printed: str


def next_number(session_id: int, kind: str) -> NextNumber:
    """The next number of ``kind`` in the session. Must be called inside the transaction that will use it.

    The session row is locked until that transaction ends, so two people registering at once get consecutive numbers,
    and one that is rolled back leaves no gap. A void number stays in the register and is never given again. Where both
    kinds print alike they share one run. Numbers of imported cases, which were given elsewhere, are stepped over.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number needs a transaction")
    # NO KEY: rows that only refer to the session (new drafts) need not wait.
    locked = _session.get(session_id)
    patterns = {
        Proposal.Kind.SESSION.value: locked.numbering,
        Proposal.Kind.INTERIM.value: locked.interim_numbering,
    }
    pattern = patterns[kind]
    is_apart = len({row.prefix for row in patterns.values()}) > 1
    value = next(iter(_last(session_id, str(kind) if is_apart else None)), 0) + 1
    while _imported(session_id, tuple(spellings_of(pattern.format(value)))):
        value += 1
    return NextNumber(value, pattern.format(value))


@Kept
def _session(pk: int) -> QuerySet[Session]:
    sessions = Session.objects.filter(pk=pk).select_related("numbering", "interim_numbering")
    return sessions.select_for_update(no_key=True, of=("self",))


@Kept
def _last(session: int, kind: str | None) -> QuerySet[IssuedNumber, int]:
    register = IssuedNumber.objects.filter(session=session)
    register = register if kind is None else register.filter(kind=kind)
    return register.order_by("-value").values_list("value", flat=True)[:1]


@Kept
def _imported(session: int, numbers: tuple[str, ...]) -> QuerySet[Proposal, int]:
    return Proposal.objects.filter(session=session, number__in=numbers).order_by().values_list("pk", flat=True)[:1]


def give_number(proposal: Proposal) -> IssuedNumber:
    """Enter the next number for ``proposal`` in the register. The caller holds its lock and writes ``number``."""
    number = next_number(proposal.session_id, proposal.kind)
    issued = IssuedNumber(
        session_id=proposal.session_id,
        kind=proposal.kind,
        value=number.value,
        printed=number.printed,
        proposal=proposal,
        issued_at=now(),
    )
    insert([issued])
    return issued


def void_number(proposal: Proposal, *, reason: str) -> IssuedNumber:
    """Mark the valid number of ``proposal`` as 作废; it stays in the register."""
    issued = proposal.issued_numbers.get(voided_at=None)
    issued.voided_at = now()
    issued.void_reason = reason
    issued.save(update_fields=["voided_at", "void_reason"])
    return issued
