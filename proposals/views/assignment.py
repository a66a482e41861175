"""The supervision office's pages: assign, withdraw a co-handler, move a deadline."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput
from proposals.forms.assignment import AssignForm, ChangeDateForm, ReasonForm
from proposals.permissions import can
from proposals.queries import bureaus_with_clerk
from proposals.services import assignment as service
from proposals.services.locking import insist
from proposals.services.printing import unprintable_places
from proposals.suggestions import suggest_bureaus
from proposals.views.access import find_assignment, find_deadline, find_proposal, person
from proposals.views.editor import attachment_items
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import ASSIGNMENT, PROPOSAL


@login_required
@require_http_methods(["GET", "POST"])
def proposal_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead, co-handlers, dates as the rules give them; the proposal stands beside the form."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, "assign", proposal))
    suggested = list(proposal.suggested_bureaus.all())
    initial = {"lead": suggested[0] if len(suggested) == 1 else None}
    form = AssignForm(sent(request), plan=service.planned_dates(proposal, today()), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            chosen = {name: list(data[name]) for name in ("co_handlers", "separate")}
            rows = service.assign(user, proposal=proposal, **{**data, **chosen})
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            names = "、".join(row.bureau.short_name for row in rows)
            messages.success(request, f"已交办{names}，请等待签收。")
            served = bureaus_with_clerk([row.bureau_id for row in rows], today())
            if idle := [row.bureau.short_name for row in rows if row.bureau_id not in served]:
                messages.warning(request, f"{'、'.join(idle)}现在没有在任的经办人，收不到通知，请与其联系。")
            return redirect("proposal-detail", pk=pk)
    asks, proposers = list(proposal.asks.all()), list(proposal.proposal_proposers.select_related("proposer"))
    context = {
        "proposal": proposal,
        "asks": asks,
        "proposers": proposers,
        "unprintable": unprintable_places(proposal, asks=asks, proposers=[row.proposer for row in proposers]),
        "suggested": suggested,
        "suggestions": suggest_bureaus(proposal),
        "attachments": attachment_items(proposal),
        "form": form,
        "transition": PROPOSAL.get("assign"),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": proposal.label, "url": reverse("proposal-detail", args=[pk])},
            {"label": "交办"},
        ],
    }
    return render(request, "proposals/assign.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def assignment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a co-handler off that has not signed for receipt."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(can(user, "withdraw", assignment))
    service.insist_on_co_handler(assignment)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.withdraw_assignment(user, assignment=assignment, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"已撤销{assignment.bureau}的会办。")
            return redirect("proposal-detail", pk=assignment.proposal_id)
    transition = ASSIGNMENT.get("withdraw")
    return confirm_page(
        request,
        title=f"撤销{assignment.bureau}的会办",
        effects=[transition.consequence],
        recipients=[f"{assignment.bureau}经办人"],
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
        form=form,
        danger=True,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def deadline_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Set another day for an open deadline, with a reason."""
    user, deadline = person(request), find_deadline(request, pk)
    insist(can(user, "change_due_date", deadline.proposal))
    service.insist_on_open(deadline)
    form = ChangeDateForm(sent(request), initial={"due_on": deadline.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            service.change_due_date(user, deadline=deadline, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"期限已调整为 {form.cleaned_data['due_on']}。")
            return redirect("proposal-detail", pk=deadline.proposal_id)
    transition = PROPOSAL.get("change_due_date")
    whose = deadline.bureau or deadline.proposer
    return confirm_page(
        request,
        title=f"调整期限：{whose}的{deadline.get_kind_display()}",
        effects=[
            f"现在的截止日是 {deadline.shown_due}。{deadline.explanation}",
            transition.consequence,
        ],
        recipients=[f"{whose}{'经办人' if deadline.bureau_id else '联系人'}"],
        action_label=transition.label,
        proposal=deadline.proposal,
        cancel_url=reverse("proposal-detail", args=[deadline.proposal_id]),
        form=form,
        status=status_of(form),
    )
