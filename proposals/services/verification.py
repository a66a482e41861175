"""Checking the event log: every chain from its first row to its head, and the heads against the last anchor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from proposals.models import Event, Proposal, SiteChainHead
from proposals.services.anchoring import SITE, Anchor, last_anchor
from proposals.services.events import seal


@dataclass
class Report:
    """What a run found: ``faults`` in Chinese, one line each; empty when all is sound."""

    chains: int = 0
    events: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass
class _Chain:
    """Walking one chain: where it should stand next."""

    proposal_id: int | None
    number: int = 0
    hash: str = ""

    @property
    def name(self) -> str:
        return "站点事件链" if self.proposal_id is None else f"提案流水号{self.proposal_id}"


def verify_events() -> Report:
    """Walk all chains in one streamed pass, memory bounded by the number of chains, not of events."""
    report = Report()
    heads = _heads()
    anchor = _read_anchor(report)
    seen: set[int | None] = set()
    chain: _Chain | None = None
    events = Event.objects.order_by("proposal_id", "number", "pk").iterator(chunk_size=2000)
    for event in events:
        if chain is None or chain.proposal_id != event.proposal_id:
            if chain is not None:
                report.faults += _at_the_end(chain, heads)
            chain = _Chain(event.proposal_id)
            seen.add(event.proposal_id)
        report.events += 1
        report.faults += _step(chain, event)
        report.faults += _against_anchor(chain, anchor)
    if chain is not None:
        report.faults += _at_the_end(chain, heads)
    for proposal_id in heads.keys() - seen:
        report.faults += _at_the_end(_Chain(proposal_id), heads)
    report.faults += _lost_since_anchor(anchor, heads)
    report.chains = len(seen)
    return report


def _heads() -> dict[int | None, tuple[int, str]]:
    columns = ("last_event_number", "last_event_hash")
    heads: dict[int | None, tuple[int, str]] = {
        pk: (number, digest) for pk, number, digest in Proposal.objects.values_list("pk", *columns)
    }
    site = SiteChainHead.objects.values_list(*columns).first()
    if site is not None:
        heads[None] = site
    return heads


def _step(chain: _Chain, event: Event) -> Iterator[str]:
    expected = chain.number + 1
    if event.number > expected:
        missing = f"第{expected}条" if event.number == expected + 1 else f"第{expected}至{event.number - 1}条"
        yield f"{chain.name}：缺少{missing}事件。"
    elif event.previous_hash != chain.hash:
        yield f"{chain.name}：第{event.number}条事件与前一条不衔接（被插入或替换）。"
    true_hash = seal(
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
    if true_hash != event.hash:
        yield f"{chain.name}：第{event.number}条事件被改动。"
    chain.number, chain.hash = event.number, event.hash


def _at_the_end(chain: _Chain, heads: dict[int | None, tuple[int, str]]) -> Iterator[str]:
    number, digest = heads.get(chain.proposal_id, (0, ""))
    if chain.number < number:
        yield f"{chain.name}：末尾的事件被截去（应有{number}条，现有{chain.number}条）。"
    elif chain.number > number:
        yield f"{chain.name}：末尾多出事件（应有{number}条，现有{chain.number}条）。"
    elif chain.hash != digest:
        yield f"{chain.name}：末条事件与链头记录不符。"


def _read_anchor(report: Report) -> Anchor | None:
    try:
        anchor = last_anchor()
    except (ValueError, KeyError, TypeError, IndexError):
        report.faults.append("锚点文件最后一行无法读取。")
        return None
    if anchor is not None and not anchor.is_sound():
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


def _lost_since_anchor(anchor: Anchor | None, heads: dict[int | None, tuple[int, str]]) -> Iterator[str]:
    for name, (number, _) in (anchor.heads if anchor else {}).items():
        chain = _Chain(None if name == SITE else int(name))
        if heads.get(chain.proposal_id, (0, ""))[0] < number:
            yield f"{chain.name}：事件少于{anchor.at if anchor else ''}的锚点所记的{number}条。"
