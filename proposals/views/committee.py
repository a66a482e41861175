"""Pages of the committee beside the single decision: a step before it, a meeting's decision on many, marks."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput, WrongStage
from proposals.forms.committee import ExcellentMarkForm, KeyMarkForm, MeetingForm, StepForm
from proposals.models import Mark, Proposal
from proposals.permissions import can, can_review_together, visible_proposals
from proposals.queries import TEXTS, people_of
from proposals.services import marking, meeting, review_steps
from proposals.services.locking import insist
from proposals.services.review import Meeting
from proposals.views.access import find_proposal, person
from proposals.views.forms_help import BAD_INPUT, add_service_errors, confirm_page, sent, status_of
from proposals.workflow import PROPOSAL, ProposalState


@login_required
@require_http_methods(["GET", "POST"])
def proposal_review_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The next step before the decision: an opinion, and the outcome one would give."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "review_step", proposal))
    step = review_steps.next_step(proposal)
    if step is None:
        raise WrongStage("审查环节都已办过，可以作出结论。")
    form = StepForm(sent(request), step=step)
    if request.method == "POST" and form.is_valid():
        try:
            review_steps.take_step(user, proposal=proposal, step=step, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{step}已记下。")
            return redirect("proposal-review", pk=pk)
    return confirm_page(
        request,
        title=f"{step}：{proposal.title}",
        effects=[PROPOSAL.get("review_step").consequence],
        action_label=f"记下{step}",
        proposal=proposal,
        cancel_url=reverse("proposal-review", args=[pk]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def review_meeting(request: HttpRequest) -> HttpResponse:
    """Everything under review, to be ticked; what the meeting decided on it; then how each one came out."""
    user = person(request)
    insist(can_review_together(user))
    offered = visible_proposals(user)
    form = MeetingForm(sent(request), offered=offered)
    results: list[meeting.Decided] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            results = meeting.decide_together(
                user,
                proposals=data["chosen"],
                action=data["outcome"],
                meeting=Meeting(data["name"], data["met_on"]),
                opinion=data["opinion"],
                reason=data["reason"],
            )
        except InvalidInput as error:
            add_service_errors(form, error)
    waiting = offered.filter(state=ProposalState.SUBMITTED).select_related("answered_outside_by").defer(*TEXTS)
    rows = list(waiting.order_by("submitted_at", "pk")[: meeting.MOST])
    people = people_of(rows)
    context = {
        "form": form,
        "results": results,
        "done": sum(one.is_done for one in results),
        "rows": [(row, people[row.pk].proposers) for row in rows],
        "chosen": set(request.POST.getlist("chosen")),
        "most": meeting.MOST,
        "crumbs": [{"label": "提案", "url": reverse("proposal-list")}, {"label": "会议审定"}],
    }
    return render(request, "proposals/meeting.html", context, status=BAD_INPUT if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def proposal_mark(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Set the mark, or lift the one that stands."""
    user, proposal = person(request), find_proposal(request, pk)
    action = marking.ACTIONS[kind]
    insist(can(user, action, proposal))
    mark = marking.live_mark(proposal, kind)
    form: forms.Form = forms.Form(sent(request))
    if mark is None:
        form = (KeyMarkForm if kind == Mark.Kind.KEY else ExcellentMarkForm)(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            told = _set_or_lift(request, proposal, kind, mark, form)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, told)
            return redirect("proposal-detail", pk=pk)
    label = Mark.Kind(kind).label
    effects = [f"取消“{label}”标记；曾经标记过，仍写在办理记录里。"] if mark else [PROPOSAL.get(action).consequence]
    if kind == Mark.Kind.KEY:
        effects.append(marking.key_share(proposal.session_id).words)
    return confirm_page(
        request,
        title=f"{'取消' if mark else '标为'}{label}：{proposal}",
        effects=effects,
        recipients=[] if mark else ["提案者联系人"],
        action_label=f"{'取消' if mark else '标为'}{label}",
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        danger=mark is not None,
        status=status_of(form),
    )


def _set_or_lift(request: HttpRequest, proposal: Proposal, kind: str, mark: Mark | None, form: forms.Form) -> str:
    label = Mark.Kind(kind).label
    if mark is not None:
        marking.lift_mark(person(request), proposal=proposal, kind=kind)
        return f"已取消{label}标记。"
    marking.set_mark(person(request), proposal=proposal, kind=kind, **form.cleaned_data)
    return f"已标为{label}。"
