"""批量交办: registered cases in a table, bureaus per row, two dates for all."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import NotAllowed
from proposals.forms.fields import BureausField, DayField, LineField
from proposals.forms.requests import bureau_field
from proposals.models import Proposal, Role
from proposals.permissions import find_post, visible_proposals
from proposals.services.assignment import REASON_MAX
from proposals.services.batch import Outcome, Wanted, assign_many
from proposals.suggestions import Suggested, suggest_bureaus
from proposals.views.access import person
from proposals.views.forms_help import BAD_INPUT, sent
from proposals.workflow import PROPOSAL, ProposalState

SHOWN = 20


class DatesForm(forms.Form):
    """The two dates of all rows; empty: as the rules give them."""

    reply_due = DayField(label="答复截止日", required=False, help_text="不填则按规则计算。")
    opinion_due = DayField(label="会办意见截止日", required=False)
    reason = LineField(label="改动日期的理由", most=REASON_MAX, required=False)


class RowForm(forms.Form):
    """One case: tick it, name the bureaus."""

    chosen = forms.BooleanField(label="交办", required=False)
    lead = bureau_field("主办单位")
    co_handlers = BureausField(label="会办单位")
    separate = BureausField(label="分办单位")


@dataclass(frozen=True)
class Line:
    """A case with its form and what is suggested for it."""

    proposal: Proposal
    form: RowForm
    suggested: list[Suggested]


@login_required
@require_http_methods(["GET", "POST"])
def assign_batch(request: HttpRequest) -> HttpResponse:
    """The table; after a POST the outcome of every ticked row stands above it."""
    user = person(request)
    if find_post(user, PROPOSAL.get("assign").roles) is None:
        raise NotAllowed(f"批量交办由{Role.OFFICE_STAFF.label}办理，您没有对应的岗位。")
    dates = DatesForm(sent(request))
    outcomes: list[Outcome] = []
    refused = False
    if request.method == "POST":
        lines = _lines(request)
        picked = [line for line in lines if line.form.is_valid() and line.form.cleaned_data["chosen"]]
        refused = any(line.form.errors for line in lines) or not picked or not dates.is_valid()
        if not picked:
            dates.add_error(None, "请勾选要交办的提案，并选择单位。")
        if not refused:
            wanted = [_wanted(line) for line in picked]
            outcomes = assign_many(user, lines=wanted, **dates.cleaned_data)
    failed = {outcome.proposal.pk for outcome in outcomes if outcome.refusal}
    # what was assigned is gone from the table; what was refused keeps what was typed
    keep = refused or bool(failed)
    context = {
        "dates": dates,
        "lines": _lines(request, bound=keep),
        "outcomes": outcomes,
        "crumbs": [{"label": "我的待办", "url": reverse("work")}, {"label": "批量交办"}],
    }
    return render(request, "proposals/assign_batch.html", context, status=BAD_INPUT if refused else 200)


def _lines(request: HttpRequest, *, bound: bool = True) -> list[Line]:
    rows = visible_proposals(request.user).filter(state=ProposalState.REGISTERED).select_related("session")
    found = rows.prefetch_related("suggested_bureaus", "asks").order_by("registered_at", "id")[:SHOWN]
    data = sent(request) if bound else None
    made = []
    for row in found:
        suggested = suggest_bureaus(row, similar=False)
        first = suggested[0].bureau if len(suggested) == 1 and not data else None
        made.append(Line(row, RowForm(data, prefix=f"p{row.pk}", initial={"lead": first}), suggested))
    return made


def _wanted(line: Line) -> Wanted:
    data = line.form.cleaned_data
    return Wanted(line.proposal, data["lead"], list(data["co_handlers"]), list(data["separate"]))
