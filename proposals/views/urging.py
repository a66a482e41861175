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
from proposals.permissions import knows_case, visible_proposals
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
    """A case to be urged in; ``owed`` says what is owed by whom, "" where nothing is; ``ticked``: not left out."""

    proposal: Proposal
    owed: str
    ticked: bool


@login_required
@require_http_methods(["GET", "POST"])
def urging_new(request: HttpRequest) -> HttpResponse:
    """Urge in the cases the address names (``p``, several times); after that the outcome of each stands above."""
    user = person(request)
    insist(may_urge(user))
    wanted = _wanted(request)
    chosen = _chosen(request, wanted)
    template = _template(request)
    is_new = request.method == "GET" or "change" in request.POST
    form = _new_form(request, template) if is_new else UrgeForm(sent(request))
    outcomes: list[Outcome] = []
    if not is_new:
        ticked = [one.proposal for one in chosen if one.ticked]
        if not ticked:
            form.add_error(None, _too_many(wanted) or "请勾选要催办的提案。")
        if form.is_valid():
            try:
                outcomes = urge_many(user, proposals=ticked, **form.cleaned_data)
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
        "too_many": _too_many(wanted),
        "typed": _typed_before(request, template),
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
        "sees_case": knows_case(user, row.proposal_id),
        "crumbs": [{"label": "催办", "url": reverse("urging-list")}, {"label": str(row)}],
    }
    return render(request, "proposals/supervision/urging.html", context)


def _wanted(request: HttpRequest) -> list[int]:
    """The cases on the page: those the address names, or those the form was sent with, ticked or not."""
    data = request.POST if request.method == "POST" else request.GET
    return [int(pk) for pk in dict.fromkeys([*data.getlist("case"), *data.getlist("p")]) if is_id(pk)]


def _too_many(wanted: list[int]) -> str:
    if len(wanted) <= MOST_CASES:
        return ""
    return f"一次最多催办 {MOST_CASES} 件，您选了 {len(wanted)} 件。请回到列表，分几次催办。"


def _chosen(request: HttpRequest, wanted: list[int]) -> list[Chosen]:
    """The ``wanted`` cases the person may know of, with what is owed in each (two queries)."""
    if _too_many(wanted):
        return []
    cases = visible_proposals(request.user, among=wanted).select_related("session").order_by("id")
    clocks = list(owed_clocks(wanted))
    ticked = set(request.POST.getlist("p"))
    found = []
    for one in cases:
        owed = words_of([row for row in clocks if row.proposal_id == one.pk])
        found.append(Chosen(one, owed, str(one.pk) in ticked if request.method == "POST" else bool(owed)))
    return found


def _template(request: HttpRequest) -> UrgingTemplate | None:
    rows = UrgingTemplate.objects.filter(is_active=True)
    asked = (request.POST if request.method == "POST" else request.GET).get("template", "")
    return (rows.filter(pk=asked).first() if is_id(asked) else None) or rows.first()


def _new_form(request: HttpRequest, template: UrgingTemplate | None) -> UrgeForm:
    """With the text of ``template``; when it is exchanged, all else stays as it was sent."""
    form = new_urge_form(template)
    for name in ("whom", "key"):
        if request.POST.get(name):
            form.initial[name] = request.POST[name]
    return form


def _typed_before(request: HttpRequest, template: UrgingTemplate | None) -> str:
    """The words that stood in the form before ``template`` took their place, unless they are a template themselves."""
    typed = request.POST.get("text", "").replace("\r\n", "\n").strip() if "change" in request.POST else ""
    texts = {row.text.replace("\r\n", "\n").strip() for row in UrgingTemplate.objects.all()} if typed else set()
    return "" if typed in texts else typed


def _address(request: HttpRequest, key: str | None) -> str:
    if key is None:
        return ""
    query = request.GET.copy()
    query["key"] = key
    return f"?{query.urlencode()}"
