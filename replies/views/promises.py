"""The ledger as a list with filters, as a sheet, and the page of one promise."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.errors import NotAllowed
from proposals.models import User
from proposals.permissions import BUREAU_ROLES, knows_case, posts_of
from proposals.permissions_supervision import may_issue_slip
from replies.models import Promise
from replies.permissions_followup import can, can_see_ledger, visible_follow_ups, visible_promises
from replies.promise_list import PROMISE_COLUMNS, UNCHECKED, PromiseFilter, for_list, is_late, state_label
from replies.views.exports import NOT_KEPT, in_words
from replies.views.lookups import person
from replies.views.sheet_answers import COUNTED_UP_TO, Export, answer_export
from replies.workflow import PromiseState
from replies.workflow_followup import PROMISE, RUNNING_PROMISES
from replies.worklist.items import DueDay

PAGE_SIZE = 20
ORDER = ("due_on", "id")
TONES = {PromiseState.KEPT: "good", PromiseState.GIVEN_UP: "done", PromiseState.WAITING: "neutral"}
PAGES = {
    "keep_promise": "promise-keep",
    "carry_over_promise": "promise-carry-over",
    "give_up_promise": "promise-give-up",
    "reopen_promise": "promise-reopen",
    "check_promise": "promise-check",
}


@dataclass(frozen=True)
class Row:
    """A line of the ledger as pages show it."""

    promise: Promise
    state: str
    tone: str
    lamp: DueDay | None


def row_of(promise: Promise) -> Row:
    """A promise made ready to show; only one that is still owed has a lamp."""
    tone = "bad" if is_late(promise) else TONES.get(promise.stage, "info")
    is_owed = promise.due_on is not None and promise.stage in RUNNING_PROMISES
    return Row(promise, state_label(promise), tone, DueDay(promise.due_on) if is_owed and promise.due_on else None)


@login_required
@require_safe
def promise_list(request: HttpRequest) -> HttpResponse:
    """Every promise the person may read, by due date; filters stand in the address."""
    found = _asked(request)
    page = page_by_key(found.qs, order=ORDER, key=request.GET.get("key"), size=PAGE_SIZE)
    counted = found.qs.order_by()[: COUNTED_UP_TO + 1].count()
    context = {
        "form": found.form,
        "rows": [row_of(promise) for promise in page.items],
        "next_url": _address(request, page.next_key),
        "previous_url": _address(request, page.previous_key),
        "note": f"超过 {COUNTED_UP_TO} 项" if counted > COUNTED_UP_TO else f"共 {counted} 项",
        "query": _without(request.GET).urlencode(),
        "is_yearly": request.GET.get("check") == UNCHECKED,
        "yearly_url": f"?check={UNCHECKED}",
        "mine": [post.bureau for post in posts_of(person(request)) if post.bureau_id and post.role in BUREAU_ROLES],
        "reset_url": reverse("promise-list"),
    }
    return render(request, "replies/promises/list.html", context)


@login_required
@require_safe
def promise_export(request: HttpRequest) -> HttpResponseBase:
    """The list with the filter in force as a sheet."""
    found = _asked(request)
    kept = [(name, value) for name, values in _without(request.GET).lists() for value in values]
    query = _without(request.GET).urlencode()
    export = Export(
        title="承诺台账",
        columns=PROMISE_COLUMNS,
        rows=lambda wanted: found.qs.order_by(*ORDER).iterator(chunk_size=1000),
        counted=found.qs.order_by()[: COUNTED_UP_TO + 1].count(),
        back_url=f"{reverse('promise-list')}?{query}" if query else reverse("promise-list"),
        kept=kept,
        conditions=in_words(found.form),
        faults=[f"{found.form[name].label}：{'；'.join(faults)}" for name, faults in found.form.errors.items()],
    )
    return answer_export(request, export)


@login_required
@require_safe
def promise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise: what was promised where, what came of it, who looked when, and what is to be done."""
    user = person(request)
    promise = visible_promise(user, pk)
    context = {
        "row": row_of(promise),
        "promise": promise,
        "proposal": promise.proposal,
        "sees_case": knows_case(user, promise.proposal_id),
        "checks": promise.checks.select_related("checked_by", "post__bureau"),
        "follow_ups": visible_follow_ups(user).filter(promise=promise).select_related("bureau"),
        "actions": actions_of(user, promise),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {
                "label": promise.proposal.label,
                "url": f"{reverse('proposal-detail', args=[promise.proposal_id])}?tab=promises",
            },
            {"label": "承诺", "url": ""},
        ],
    }
    return render(request, "replies/promises/detail.html", context)


def visible_promise(user: User, pk: int) -> Promise:
    """The promise with its case and answer, or 404."""
    rows = visible_promises(user).select_related("proposal__session", "bureau", "result_class", "ask", "reply__bureau")
    return get_object_or_404(rows, pk=pk)


def actions_of(user: User, promise: Promise) -> list[dict[str, object]]:
    """Buttons for what is this person's to do now."""
    found: list[dict[str, object]] = []
    for row in PROMISE.leaving(promise.state):
        if can(user, row.action, promise):
            url = reverse(PAGES[row.action], args=[promise.pk])
            danger = row.action == "give_up_promise"
            found.append({"label": row.label, "url": url, "allowed": True, "primary": not found, "danger": danger})
    if promise.stage in RUNNING_PROMISES and may_issue_slip(user, promise.proposal):
        found.append({"label": "发督办单", "url": reverse("promise-slip", args=[promise.pk]), "allowed": True})
    return found


def _asked(request: HttpRequest) -> PromiseFilter:
    user = person(request)
    decision = can_see_ledger(user)
    if not decision:
        raise NotAllowed(decision.reason)
    return PromiseFilter(request.GET or None, queryset=for_list(visible_promises(user)), request=request)


def _without(query: QueryDict) -> QueryDict:
    """The parameters of the list itself."""
    kept = query.copy()
    for name in NOT_KEPT:
        kept.pop(name, None)
    return kept


def _address(request: HttpRequest, key: str | None) -> str:
    if key is None:
        return ""
    query = _without(request.GET)
    query["key"] = key
    return f"?{query.urlencode()}"
