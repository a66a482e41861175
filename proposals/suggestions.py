"""Which bureaus might answer a case, each with the reason. A suggestion is shown and never acted on by itself."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from panjin_portal.lib.bigrams import words_of
from proposals.models import Assignment, Bureau, Proposal
from proposals.search import best_hits
from proposals.workflow import AssignmentState

MOST = 4
MOST_PIECES = 3
# What titles say of any subject: no words to tell one case from another.
_COMMON = re.compile(
    "关于|进一步|增加|加强|推动|推进|加快|完善|促进|提升|优化|做好|建立|我市|盘锦市?|建议|提案|工作|建设|发展|[和与及的在等化]"
)
_BETWEEN = re.compile(r"[\s、，,；;]+")


@dataclass(frozen=True)
class Suggested:
    """A bureau and why: sentences that end without a stop."""

    bureau: Bureau
    reasons: tuple[str, ...]


def suggest_bureaus(proposal: Proposal, *, similar: bool = True) -> list[Suggested]:
    """Bureaus in use, those with most reasons first: the proposer's suggestion, duty keywords in title and asks, and
    earlier similar cases (``similar``; five queries more, found by the words of the title)."""
    bureaus = {row.pk: row for row in Bureau.objects.filter(is_active=True, kind=Bureau.Kind.BUREAU)}
    reasons: dict[int, list[str]] = {}
    for bureau in proposal.suggested_bureaus.all():
        reasons.setdefault(bureau.pk, []).append("提案者建议")
    text = proposal.title + "\n" + "\n".join(ask.text for ask in proposal.asks.all())
    for pk, bureau in bureaus.items():
        found = [word for word in _BETWEEN.split(bureau.duty_keywords) if len(word) > 1 and word in text]
        if found:
            reasons.setdefault(pk, []).append(f"职责关键词：{'、'.join(found[:3])}")
    if similar:
        for pk, case in _of_similar_cases(proposal):
            reasons.setdefault(pk, []).append(f"办过相近的提案：{case}")
    made = [Suggested(bureaus[pk], tuple(why)) for pk, why in reasons.items() if pk in bureaus]
    return sorted(made, key=lambda one: (-len(one.reasons), one.bureau.position, one.bureau.pk))[:MOST]


def pieces_of(title: str) -> list[str]:
    """The telling words of a title, the longest first."""
    parts = [part for part in _COMMON.split(title) if part and len(part.strip()) > 1]
    return sorted(dict.fromkeys(parts), key=len, reverse=True)[:MOST_PIECES]


def telling_title(title: str) -> str:
    """A title without what titles say of any subject."""
    return "".join(part.strip() for part in _COMMON.split(title) if part)


def _of_similar_cases(proposal: Proposal) -> list[tuple[int, str]]:
    """(bureau, case) of the answering bureaus of the earlier cases that share most words with the title."""
    earlier = Proposal.objects.filter(pk__lt=proposal.pk, assigned_at__isnull=False)
    hits: Counter[int] = Counter()
    for piece in pieces_of(proposal.title):
        hits.update(best_hits(earlier, words_of(piece)))
    best = [pk for pk, _ in sorted(hits.items(), key=lambda found: (-found[1], -found[0]))[:3]]
    if not best:
        return []
    shares = Assignment.objects.filter(proposal__in=best, role__in=Assignment.ANSWERING_ROLES)
    rows = shares.exclude(state=AssignmentState.WITHDRAWN).select_related("proposal").order_by("id")
    told: dict[int, str] = {}
    for row in sorted(rows, key=lambda row: best.index(row.proposal_id)):
        told.setdefault(row.bureau_id, str(row.proposal))
    return list(told.items())
