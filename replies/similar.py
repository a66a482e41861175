"""Similar earlier proposals with what came of them: answers, their classes, open promises, what was published.

Nobody is told of a case he may not know of. Of those that are public, he is told what is public: the title and the
address of the published answer, found by that title alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.urls import reverse

from panjin_portal.lib.bigrams import terms_of
from panjin_portal.lib.similarity import grams_of, share_found
from proposals.models import User
from proposals.permissions import visible_proposals
from proposals.similar import FEWEST_IN_TITLE, MOST_SHOWN, Likeness, Line, Said, SimilarCase, similar_cases
from proposals.suggestions import telling_title
from proposals.workflow import PROPOSAL
from replies.models import Publication
from replies.permissions import ISSUED_STATES, visible_replies
from replies.permissions_followup import visible_promises
from replies.search import TOKENS
from replies.workflow import PromiseState, PublicationState

CANDIDATES = 20
PUBLIC_FROM = 0.6  # so much of the title must stand in the title of the published answer


def similar_to(user: User, said: Said) -> list[SimilarCase]:
    """What ``user`` may be told of earlier cases that are like ``said``, the most alike first (at most ten queries)."""
    found = similar_cases(visible_proposals(user), said)
    answered_in = {like.proposal.pk: like.proposal.merged_into_id or like.proposal.pk for like in found}
    answers, promises = _answers(user, answered_in.values()), _promises(user, answered_in.values())
    cases = [
        _case(like, answers[answered_in[like.proposal.pk]], promises[answered_in[like.proposal.pk]]) for like in found
    ]
    return [*cases, *_published(said, but={*answered_in, *answered_in.values()})][:MOST_SHOWN]


def _case(like: Likeness, answers: list[Line], promises: list[Line]) -> SimilarCase:
    how = "标题相近" if like.in_title_only else f"文字相似 {like.share:.0%}"
    return SimilarCase(
        title=str(like.proposal),
        url=reverse("proposal-detail", args=[like.proposal.pk]),
        state=PROPOSAL.label_of(like.proposal.state),
        how=how,
        passages=like.passages,
        answers=tuple(answers),
        promises=tuple(promises),
    )


def _answers(user: User, cases: Collection[int]) -> defaultdict[int, list[Line]]:
    """Issued answers the reader may read, with their class (one query)."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    if cases:
        rows = visible_replies(user).filter(proposal__in=set(cases), state__in=ISSUED_STATES, is_outdated=False)
        for row in rows.select_related("bureau", "result_class").defer("signed_letter", "signed_matrix").order_by("pk"):
            result = f"，{row.result_class}" if row.result_class else ""
            page = reverse("proposal-detail", args=[row.proposal_id]) + "?tab=reply"
            lines[row.proposal_id].append(Line(f"{row.bureau.short_name}的答复{result}", page))
    return lines


def _promises(user: User, cases: Collection[int]) -> defaultdict[int, list[Line]]:
    """Promises that are still open (one query)."""
    lines: defaultdict[int, list[Line]] = defaultdict(list)
    if cases:
        rows = visible_promises(user).filter(proposal__in=set(cases), state=PromiseState.OPEN)
        for row in rows.select_related("bureau").order_by("due_on", "pk"):
            until = f"，{row.due_on} 前" if row.due_on else ""
            lines[row.proposal_id].append(Line(f"{row.text}（{row.bureau.short_name}{until}）"))
    return lines


def _published(said: Said, *, but: Collection[int]) -> list[SimilarCase]:
    """Published answers whose title speaks of the same (three queries)."""
    mine = grams_of(telling_title(said.title))
    if len(mine) < FEWEST_IN_TITLE:
        return []
    keys = TOKENS.nearest(terms_of(said.title), ("title",), most=CANDIDATES)
    rows = Publication.objects.filter(pk__in=keys, state=PublicationState.PUBLISHED).exclude(proposal__in=but)
    shares = [
        (share, row)
        for row in rows.select_related("bureau").only("title", "index_number", "published_on", "bureau__short_name")
        if (share := share_found(mine, grams_of(telling_title(row.title)))) >= PUBLIC_FROM
    ]
    return [
        SimilarCase(
            title=row.title,
            url=reverse("public-page", args=[row.index_number]),
            state="已公开",
            how="标题相近",
            answers=(Line(f"{row.bureau.short_name}的答复，{row.published_on} 公开", _public_page(row)),),
        )
        for _, row in sorted(shares, key=lambda pair: (-pair[0], -pair[1].pk))
    ]


def _public_page(row: Publication) -> str:
    return reverse("public-page", args=[row.index_number])
