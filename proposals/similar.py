"""Earlier proposals that say nearly the same (查重): shown while one writes and at the review; people decide then.

Candidates come from the search index, the comparison is made over their whole texts (TECH section 6). Everything here
takes cases that permissions have already narrowed. What needs the answers is added upstairs (``replies.similar``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from panjin_portal.lib.bigrams import terms_of
from panjin_portal.lib.similarity import WARN_FROM, Grams, grams_of, likeness, matching_passages
from proposals.models import Proposal, User
from proposals.search import TOKENS
from proposals.services.content import PARTS
from proposals.suggestions import telling_title

CANDIDATES, MOST_SHOWN, MOST_PASSAGES = 50, 5, 2
# Titles are short, and one says more than the other: of what tells the shorter one apart so much must stand in both.
TITLE_FROM = 0.6
FEWEST_GRAMS, FEWEST_IN_TITLE = 20, 4


@dataclass(frozen=True)
class Said:
    """What a proposal says, as far as it is compared. ``pk``: its own key, which is not similar to itself."""

    title: str
    parts: str
    asks: tuple[str, ...]
    pk: int | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join((self.title, self.parts, *self.asks))


@dataclass(frozen=True)
class Likeness:
    """A case that is like what was said: how much (0 to 1), in the title alone or in the text, and where."""

    proposal: Proposal
    share: float
    in_title_only: bool
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One link with a word about it, for the block of similar cases."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class SimilarCase:
    """What the block shows of one case. ``url`` is empty where the reader may not open the case itself."""

    title: str
    url: str
    state: str
    how: str
    passages: tuple[str, ...] = ()
    answers: tuple[Line, ...] = field(default=())
    promises: tuple[Line, ...] = field(default=())


# Upstairs gives one of these to the pages of filing and review, with their addresses.
TellSimilar = Callable[[User, Said], list[SimilarCase]]


def said_by(proposal: Proposal) -> Said:
    """What the stored ``proposal`` says (one query)."""
    asks = proposal.asks.order_by("position").values_list("text", flat=True)
    return Said(proposal.title, _parts(proposal), tuple(asks), proposal.pk)


def similar_cases(proposals: QuerySet[Proposal], said: Said) -> list[Likeness]:
    """Cases among ``proposals`` that are like ``said`` from the warning on, the most alike first (four queries)."""
    keys = TOKENS.nearest(_terms(said), ("title", "own"), most=CANDIDATES, at_least=2 if said.pk else 1)
    if not keys:
        return []
    rows = proposals.filter(pk__in=keys).exclude(pk=said.pk or 0).prefetch_related("asks")
    mine = _Compared.of(said)
    found = [like for row in rows if (like := mine.against(row)) is not None]
    return sorted(found, key=lambda like: (-like.share, -like.proposal.pk))[:MOST_SHOWN]


@dataclass(frozen=True)
class _Compared:
    """The grams of one side."""

    title: Grams
    asks: Grams
    text: Grams

    @classmethod
    def of(cls, said: Said) -> _Compared:
        return cls(grams_of(telling_title(said.title)), grams_of("\n".join(said.asks)), grams_of(said.text))

    def against(self, proposal: Proposal) -> Likeness | None:
        asks = tuple(ask.text for ask in proposal.asks.all())
        said = Said(proposal.title, _parts(proposal), asks)
        other = _Compared.of(said)
        share = max(_if_long(self.text, other.text), _if_long(self.asks, other.asks))
        if share >= WARN_FROM:
            body = "\n".join((said.parts, *(ask for ask in asks if ask not in said.parts)))
            passages = matching_passages(body, self.text, most=MOST_PASSAGES)
            return Likeness(proposal, share, False, tuple(passages))
        title = _of_shorter(self.title, other.title)
        return Likeness(proposal, title, True, ()) if title >= TITLE_FROM else None


def _of_shorter(one: Grams, other: Grams) -> float:
    """Which share of the shorter title stands in the other; 0 for fewer than ``FEWEST_IN_TITLE`` runs in common."""
    return len(one & other) / min(len(one), len(other)) if len(one & other) >= FEWEST_IN_TITLE else 0.0


def _if_long(one: Grams, other: Grams) -> float:
    return likeness(one, other) if min(len(one), len(other)) >= FEWEST_GRAMS else 0.0


def _parts(proposal: Proposal) -> str:
    return "\n".join(getattr(proposal, name) for name in PARTS)


def _terms(said: Said) -> Sequence[str]:
    """All of the title and the asks, which are written first, then the rest."""
    return list(dict.fromkeys((*terms_of(said.title), *terms_of("\n".join(said.asks)), *terms_of(said.parts))))
