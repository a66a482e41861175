"""Characters of a proposal that no font of its papers has: told where the text can be changed, and to who decides.

The fonts lie upstairs. The upper floor puts its check here when it is loaded, as it does with its notices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from proposals.models import Ask, Proposal, Proposer
from proposals.services.content import PARTS, ProposalContent


class Kind(StrEnum):
    """As what a text is printed, which says in which fonts."""

    TITLE = "title"
    TEXT = "text"


# Kind, name of the place, text; a sentence with characters, place and advice, "" when all can be printed.
Check = Callable[[Kind, str, str], str]
_CHECKS: list[Check] = []


def register(check: Check) -> None:
    """Have every text looked at by ``check``."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def unprintable_fields(content: ProposalContent) -> dict[str, str]:
    """Fields of the filing form whose text no font can show, each with what and where (no query)."""
    asks = "".join(_told((Kind.TEXT, _ask(place), text) for place, text in enumerate(content.asks, start=1)))
    found = {name: "".join(_told([(Kind.TEXT, label, getattr(content, name))])) for name, label in PARTS.items()}
    found = {"title": "".join(_told([(Kind.TITLE, "案由", content.title)])), **found, "asks": asks}
    return {name: told for name, told in found.items() if told}


def unprintable_places(proposal: Proposal, *, asks: Sequence[Ask], proposers: Iterable[Proposer]) -> list[str]:
    """What the papers of a case cannot show, a sentence for each place; names too (no query)."""
    texts = [(Kind.TITLE, "案由", proposal.title)]
    texts += [(Kind.TEXT, "提案者", one.name) for one in proposers]
    texts += [(Kind.TEXT, label, getattr(proposal, name)) for name, label in PARTS.items()]
    texts += [(Kind.TEXT, _ask(ask.position), ask.text) for ask in asks]
    return list(_told(texts))


def _told(texts: Iterable[tuple[Kind, str, str]]) -> Iterator[str]:
    for kind, place, text in texts:
        yield from filter(None, (check(kind, place, text) for check in _CHECKS))


def _ask(position: int) -> str:
    return f"第{position}条建议"
