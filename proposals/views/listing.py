"""The list of proposals: filter, pages by key, one row per case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.addresses import address
from panjin_portal.lib.bigrams import pattern_of
from panjin_portal.lib.pages import KeyPage, page_by_key, page_of_ids
from panjin_portal.lib.snippets import Passage, marked, passages
from proposals.filters import ProposalFilter
from proposals.models import Proposal, Role
from proposals.permissions import BUREAU_ROLES, can_file, can_review_together, has_role, visible_proposals
from proposals.permissions_supervision import may_urge
from proposals.queries import (
    NearestDeadline,
    People,
    for_list,
    nearest_deadline,
    people_of,
    rows_for_list,
    with_nearest_deadline,
)
from proposals.search import MOST_HITS, best_hits, text_of, with_texts
from proposals.workflow import PROPOSAL, ProposalState

PAGE_SIZE = 20
COUNTED_UP_TO = 500
PASSAGES = 3

TONES = {
    ProposalState.SUBMITTED: "info",
    ProposalState.RETURNED: "warn",
    ProposalState.REJECTED: "bad",
    ProposalState.REGISTERED: "info",
    ProposalState.ASSIGNED: "info",
    ProposalState.SUSPENDED: "warn",
    ProposalState.ANSWERED: "good",
    ProposalState.MERGED: "info",
    ProposalState.SUGGESTION: "done",
    ProposalState.OPINION: "done",
    ProposalState.WITHDRAWN: "done",
    ProposalState.IMPORTED: "done",
}


# What happens next and who has it, by the state alone; ``{lead}`` is who answers.
NEXT = {
    ProposalState.DRAFT: "等提案者提交",
    ProposalState.SUBMITTED: "等提案委审查",
    ProposalState.RETURNED: "等提案者修改后再提交",
    ProposalState.REGISTERED: "等督查室交办",
    ProposalState.ASSIGNED: "等{lead}答复",
    ProposalState.SUSPENDED: "等督查室恢复办理",
    ProposalState.MERGED: "随主提案办理和答复",
}
UNCHECKED = "等工作人员核对"
AFTER_THE_ANSWER = "等评价、公开或承诺落实"


@dataclass(frozen=True)
class ListRow:
    """One case as the list shows it; ``helpers`` are the co-handling bureaus, ``next`` what happens next by whom (""
    when nothing is owed any more)."""

    proposal: Proposal
    url: str
    proposer: str
    lead: str
    helpers: tuple[str, ...]
    state: str
    tone: str
    main: str
    next: str
    deadline: NearestDeadline | None
    title: Passage = ()
    passages: tuple[Passage, ...] = ()

    @property
    def is_at_work(self) -> bool:
        """Whether bureaus are at work on it, so that somebody can be urged."""
        return self.proposal.stage is ProposalState.ASSIGNED


@login_required
@require_safe
def proposal_list(request: HttpRequest, filter_class: type[ProposalFilter] = ProposalFilter) -> HttpResponse:
    """Proposals the person may know of, filtered by the address, twenty at a time; words are shown where they stand.
    ``filter_class`` comes with the address: the upper floor, which knows replies, asks for more."""
    cases = with_nearest_deadline(visible_proposals(request.user))
    found = filter_class(request.GET or None, queryset=cases, request=request)
    page, note = _best_page(found, request.GET.get("key")) if found.is_ranked else _page(found, request.GET.get("key"))
    people = people_of(page.items)
    unchecked = found.unchecked(page.items)
    rows = [list_row(case, people[case.pk], is_unchecked=case.pk in unchecked) for case in page.items]
    context = {
        "filter": found,
        "form": found.form,
        "rows": _with_passages(rows, found) if found.words else rows,
        "has_words": bool(found.words),
        "next_url": _address(request, page.next_key),
        "previous_url": _address(request, page.previous_key),
        "note": note,
        "is_filtered": any(request.GET.get(name) for name in found.filters),
        "may_file": can_file(request.user).allowed,
        "may_review": can_review_together(request.user).allowed,
        "may_urge": may_urge(request.user).allowed,
        "may_bundle": has_role(request.user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF, *BUREAU_ROLES),
        "reset_url": reverse("proposal-list"),
    }
    return render(request, "proposals/list.html", context)


def _page(found: ProposalFilter, key: str | None) -> tuple[KeyPage[Proposal], str]:
    """The page of the list in the order of its columns, and how many rows there are."""
    read = partial(_with_texts, found) if found.words else rows_for_list
    page = page_by_key(found.qs, order=found.order(), key=key, size=PAGE_SIZE, read=read, count_up_to=COUNTED_UP_TO)
    counted = page.total
    if counted is None:
        counted = found.qs.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    return page, f"超过 {COUNTED_UP_TO} 件" if counted > COUNTED_UP_TO else f"共 {counted} 件"


def _best_page(found: ProposalFilter, key: str | None) -> tuple[KeyPage[Proposal], str]:
    """The page of the best hits, no more than ``MOST_HITS`` of them, and how many there are."""
    hits = best_hits(found.without_words, found.words, answers=found.readable_answers)
    ids, next_key, previous_key = page_of_ids(hits[:MOST_HITS], key=key, size=PAGE_SIZE)
    rows = {row.pk: row for row in _with_texts(found, ids)}
    page = KeyPage([rows[pk] for pk in ids if pk in rows], next_key, previous_key)
    return page, _how_many(len(hits))


def _with_texts(found: ProposalFilter, ids: list[int]) -> QuerySet[Proposal]:
    return with_texts(for_list(Proposal.objects.filter(pk__in=ids)), answers=found.readable_answers)


def _how_many(hits: int) -> str:
    return f"{MOST_HITS} 件以上，只列最相关的 {MOST_HITS} 件，请再加字词" if hits > MOST_HITS else f"共 {hits} 件"


def _with_passages(rows: list[ListRow], found: ProposalFilter) -> list[ListRow]:
    """The rows with the places where the words stand."""
    pattern = pattern_of(found.words)
    return [
        replace(
            row,
            title=marked(row.proposal.title, pattern),
            passages=passages(text_of(row.proposal), pattern, most=PASSAGES),
        )
        for row in rows
    ]


def list_row(proposal: Proposal, people: People, *, is_unchecked: bool = False) -> ListRow:
    """A row of ``queries.for_list`` made ready to show. ``is_unchecked``: its imported answer waits to be checked."""
    count = len(people.proposers)
    name = people.proposers[0] if people.proposers else "（未选）"
    return ListRow(
        proposal=proposal,
        url=address("proposal-detail", proposal.pk),
        proposer=f"{name}等{count}位" if count > 1 else name,
        lead="、".join(people.answering),
        helpers=people.helping,
        state=PROPOSAL.label_of(proposal.state) if proposal.archived_at is None else "已归档",
        tone=TONES.get(proposal.stage, "neutral") if proposal.archived_at is None else "done",
        main=f"并入{proposal.merged_into.label}" if proposal.merged_into else "",
        next=UNCHECKED if is_unchecked else next_of(proposal, people),
        deadline=nearest_deadline(proposal),
    )


def next_of(proposal: Proposal, people: People) -> str:
    """What happens next and who has it, in the words of a row; "" when the case is at its end."""
    if proposal.stage is ProposalState.ANSWERED:
        return AFTER_THE_ANSWER if nearest_deadline(proposal) else ""
    return NEXT.get(proposal.stage, "").format(lead="、".join(people.answering) or "承办单位")


def _address(request: HttpRequest, key: str | None) -> str:
    """The address of another page of the same filter; "" where there is none."""
    if key is None:
        return ""
    query = request.GET.copy()
    query["key"] = key
    return f"?{query.urlencode()}"
