"""催办: choosing cases and a text, the list of all urgings, and one notice as it is printed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.errors import InvalidInput, NotAllowed
from proposals.forms.fields import is_id
from proposals.forms.supervision import UrgeForm, new_urge_form
from proposals.models import Proposal, UrgingTemplate
from proposals.permissions import visible_proposals
from proposals.permissions_supervision import can_see_supervision, may_urge, visible_urgings
from proposals.services.locking import insist
from proposals.services.urging import Outcome, owed_clocks, urge_many, words_of
from proposals.supervision_lists import UrgingFilter
from proposals.views.access import person
from proposals.views.forms_help import add_service_errors, sent, status_of

MOST_CASES = 50
PAGE_SIZE = 20


@dataclass(frozen=True)
class Chosen:
    """A case to be urged in; ``owed`` says what is owed by whom, "" where nothing is."""

    proposal: Proposal
    owed: str


@login_required
@require_http_methods(["GET", "POST"])
def urging_new(request: HttpRequest) -> HttpResponse:
    """Urge in the cases the address names (``p``, several times); after that the outcome of each stands above."""
    user = person(request)
    insist(may_urge(user))
    chosen = _chosen(request)
    template = _template(request)
    form = UrgeForm(sent(request)) if request.method == "POST" else new_urge_form(template)
    outcomes: list[Outcome] = []
    if request.method == "POST":
        if not chosen:
            form.add_error(None, f"请勾选要催办的提案，一次最多 {MOST_CASES} 件。")
        if form.is_valid():
            try:
                outcomes = urge_many(user, proposals=[one.proposal for one in chosen], **form.cleaned_data)
            except InvalidInput as error:
                add_service_errors(form, error)
    done = outcomes[0].urging if len(outcomes) == 1 else None
    if done is not None:
        messages.success(request, f"已催办（{done}），承办单位的经办人、核稿人和领导会收到通知。")
        return redirect("urging-detail", pk=done.pk)
    context = {
        "form": form,
        "chosen": chosen,
        "outcomes": outcomes,
        "templates": UrgingTemplate.objects.filter(is_active=True),
        "template": template,
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": "催办"}],
    }
    return render(request, "proposals/supervision/urge.html", context, status=status_of(form))


@login_required
@require_safe
def urging_list(request: HttpRequest) -> HttpResponse:
    """All urgings the person may read, the newest first."""
    user = person(request)
    decision = can_see_supervision(user)
    if not decision:
        raise NotAllowed(decision.reason)
    found = UrgingFilter(request.GET or None, queryset=visible_urgings(user), request=request)
    rows = found.qs.select_related("proposal", "urged_by")
    page = page_by_key(rows, order=("-id",), key=request.GET.get("key"), size=PAGE_SIZE)
    context = {
        "form": found.form,
        "rows": page.items,
        "next_url": _address(request, page.next_key),
        "previous_url": _address(request, page.previous_key),
        "reset_url": reverse("urging-list"),
    }
    return render(request, "proposals/supervision/urgings.html", context)


@login_required
@require_safe
def urging_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, as it is printed."""
    user = person(request)
    rows = visible_urgings(user).select_related("proposal__session", "urged_by", "post__bureau")
    row = get_object_or_404(rows.prefetch_related("bureaus"), pk=pk)
    context = {
        "urging": row,
        "sees_case": visible_proposals(user, among=[row.proposal_id]).exists(),
        "crumbs": [{"label": "催办", "url": reverse("urging-list")}, {"label": str(row)}],
    }
    return render(request, "proposals/supervision/urging.html", context)


def _chosen(request: HttpRequest) -> list[Chosen]:
    """The cases named that the person may know of, with what is owed in each (two queries)."""
    data = request.POST if request.method == "POST" else request.GET
    wanted = [int(pk) for pk in dict.fromkeys(data.getlist("p")) if is_id(pk)]
    if len(wanted) > MOST_CASES:
        return []
    cases = visible_proposals(request.user, among=wanted).select_related("session").order_by("id")
    clocks = list(owed_clocks(wanted))
    return [Chosen(one, words_of([row for row in clocks if row.proposal_id == one.pk])) for one in cases]


def _template(request: HttpRequest) -> UrgingTemplate | None:
    rows = UrgingTemplate.objects.filter(is_active=True)
    asked = request.GET.get("template", "")
    return (rows.filter(pk=asked).first() if is_id(asked) else None) or rows.first()


def _address(request: HttpRequest, key: str | None) -> str:
    if key is None:
        return ""
    query = request.GET.copy()
    query["key"] = key
    return f"?{query.urlencode()}"
