"""Checking the event log: every chain from its first row to its head, and the heads against the last anchor.

A row is told as *inserted* when the row after it still points past it, as *altered* when only its own seal is broken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db import transaction

from proposals.models import Event, Proposal, SiteChainHead
from proposals.services.anchoring import SITE, Anchor, last_anchor
from proposals.services.events import seal

ROWS_AT_ONCE = 2000
Heads = dict[int | None, tuple[int, str]]


@dataclass
class Report:
    """What a run found: ``faults`` in Chinese, one line each; empty when all is sound. ``anchored_at``: the moment of
    the last anchor, "" when there is none."""

    chains: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)
    anchored_at: str = ""


@dataclass
class _Chain:
    """Walking one chain: the row it stands on, and a row with a broken seal whose successor will tell what it is."""

    proposal_id: int | None
    number: int = 0
    hash: str = ""
    suspect: int = 0
    hash_before_suspect: str = ""

    @property
    def name(self) -> str:
        return "站点事件链" if self.proposal_id is None else f"提案流水号{self.proposal_id}"

    def step(self, event: Event) -> Iterator[str]:
        """Go on to the next row; gives what is wrong on the way."""
        expected = self.number + 1
        follows = event.previous_hash == self.hash
        if self.suspect:
            is_skipped = event.previous_hash == self.hash_before_suspect
            yield from self.explain_suspect("是插入的" if is_skipped else "被改动" if follows else "被替换")
            follows = True  # said already, with the row before
        if event.number > expected:
            missing = f"第{expected}条" if event.number == expected + 1 else f"第{expected}至{event.number - 1}条"
            yield f"{self.name}：缺少{missing}事件。"
        elif event.number < expected:
            yield f"{self.name}：第{event.number}条事件重复（被插入）。"
        elif not follows:
            yield f"{self.name}：第{event.number}条事件与前一条不衔接。"
        if _seal_of(event) != event.hash:
            self.suspect, self.hash_before_suspect = event.number, self.hash
        self.number, self.hash = event.number, event.hash

    def explain_suspect(self, what: str = "被改动") -> Iterator[str]:
        """Name the row whose seal is broken, once."""
        if self.suspect:
            yield f"{self.name}：第{self.suspect}条事件{what}。"
            self.suspect = 0

    def end(self, head: tuple[int, str]) -> Iterator[str]:
        """Compare the last row with the head kept beside the chain."""
        number, digest = head
        yield from self.explain_suspect("是插入的" if self.number > number else "被改动")
        if self.number < number:
            yield f"{self.name}：末尾的事件被截去（应有{number}条，现有{self.number}条）。"
        elif self.number > number:
            yield f"{self.name}：末尾多出事件（应有{number}条，现有{self.number}条）。"
        elif self.hash != digest:
            yield f"{self.name}：末条事件与链头记录不符。"


def verify_events() -> Report:
    """Walk all chains in one streamed pass, memory bounded by the number of chains, not of events.

    People go on working meanwhile: a chain whose head does not fit is looked at again under its lock before it counts.
    """
    report = Report()
    anchor = _read_anchor(report)
    heads = _heads()
    unsettled: list[_Chain] = []
    seen: set[int | None] = set()
    chain: _Chain | None = None
    events = Event.objects.order_by("proposal_id", "number", "pk")
    for event in events.iterator(chunk_size=ROWS_AT_ONCE):
        if chain is None or chain.proposal_id != event.proposal_id:
            if chain is not None:
                _close(chain, heads, report, unsettled)
            chain = _Chain(event.proposal_id)
            seen.add(event.proposal_id)
        report.events += 1
        report.faults += chain.step(event)
        report.faults += _against_anchor(chain, anchor)
    if chain is not None:
        _close(chain, heads, report, unsettled)
    for proposal_id in heads.keys() - seen:
        _close(_Chain(proposal_id), heads, report, unsettled)
    for chain in unsettled:
        report.faults += _settle(chain)
    report.faults += _lost_since_anchor(anchor, heads)
    report.chains = len(seen | heads.keys())
    return report


def _close(chain: _Chain, heads: Heads, report: Report, unsettled: list[_Chain]) -> None:
    head = heads.get(chain.proposal_id, (0, ""))
    if head == (chain.number, chain.hash):
        report.faults += chain.end(head)
    else:
        unsettled.append(chain)


@transaction.atomic
def _settle(chain: _Chain) -> list[str]:
    """Walk on from where the pass left the chain, with the chain standing still. On SQLite the transaction is
    IMMEDIATE, on PostgreSQL the row of the head is locked."""
    if chain.proposal_id is None:
        head = SiteChainHead.objects.select_for_update().values_list("last_event_number", "last_event_hash").first()
    else:
        row = Proposal.objects.select_for_update(no_key=True).filter(pk=chain.proposal_id)
        head = row.values_list("last_event_number", "last_event_hash").first()
    faults: list[str] = []
    later = Event.objects.filter(proposal=chain.proposal_id, number__gt=chain.number).order_by("number", "pk")
    for event in later.iterator(chunk_size=ROWS_AT_ONCE):
        faults += chain.step(event)
    return faults + list(chain.end(head or (0, "")))


def _heads() -> Heads:
    columns = ("last_event_number", "last_event_hash")
    rows = Proposal.objects.values_list("pk", *columns).iterator(chunk_size=ROWS_AT_ONCE)
    heads: Heads = {pk: (number, digest) for pk, number, digest in rows}
    site = SiteChainHead.objects.values_list(*columns).first()
    if site is not None:
        heads[None] = site
    return heads


def _seal_of(event: Event) -> str:
    return seal(
        proposal_id=event.proposal_id,
        number=event.number,
        kind=event.kind,
        actor_id=event.actor_id,
        post_id=event.post_id,
        at=event.at,
        text=event.text,
        data=event.data,
        previous_hash=event.previous_hash,
    )


def _read_anchor(report: Report) -> Anchor | None:
    try:
        anchor = last_anchor()
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        report.faults.append("锚点文件最后一行无法读取。")
        return None
    if anchor is None:
        return None
    report.anchored_at = anchor.at
    if not anchor.is_sound():
        report.faults.append(f"锚点（{anchor.at}）被改动。")
        return None
    return anchor


def _against_anchor(chain: _Chain, anchor: Anchor | None) -> Iterator[str]:
    """The row the anchor named must still bear the hash it bore then."""
    if anchor is None:
        return
    number, digest = anchor.heads.get(SITE if chain.proposal_id is None else str(chain.proposal_id), (0, ""))
    if number and chain.number == number and chain.hash != digest:
        yield f"{chain.name}：第{number}条事件与{anchor.at}的锚点不符。"


def _lost_since_anchor(anchor: Anchor | None, heads: Heads) -> Iterator[str]:
    for name, (number, _) in (anchor.heads if anchor else {}).items():
        chain = _Chain(None if name == SITE else int(name))
        if heads.get(chain.proposal_id, (0, ""))[0] < number:
            yield f"{chain.name}：事件少于{anchor.at if anchor else ''}的锚点所记的{number}条。"


def faults_of_case(proposal_id: int, events: Iterable[Event], head: tuple[int, str]) -> list[str]:
    """What is wrong with one chain: ``events`` of the case in their order, ``head`` the number and hash its last one
    must have. Empty when it is sound."""
    chain = _Chain(proposal_id)
    faults = [fault for event in events for fault in chain.step(event)]
    return [*faults, *chain.end(head)]
