"""签收 by a bureau's clerk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.forms.requests import ReceiptForm
from proposals.permissions import can
from proposals.services.handling import accept_assignment
from proposals.services.locking import insist
from proposals.services.requests import Suggestion
from proposals.views.access import find_assignment, person
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import ASSIGNMENT


@login_required
@require_http_methods(["GET", "POST"])
def assignment_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then sign for receipt; the clerk becomes the one in charge at his bureau."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(can(user, "accept", assignment))
    form = ReceiptForm(sent(request), own=assignment.bureau_id)
    if request.method == "POST" and form.is_valid():
        bureau, text = form.cleaned_data["bureau"], form.cleaned_data["text"]
        if text and bureau is None:
            form.add_error("bureau", "写了理由，请选择建议增办的单位；不需要增办的，把理由删去。")
        else:
            try:
                suggestion = Suggestion(bureau, text) if bureau else None
                accepted = accept_assignment(user, assignment=assignment, suggestion=suggestion)
            except InvalidInput as error:
                add_service_errors(form, error)
            else:
                told = f"，增办{bureau.short_name}的建议已送市政府督查室" if bureau else ""
                messages.success(request, f"已签收：{accepted.proposal}{told}")
                return redirect("proposal-detail", pk=assignment.proposal_id)
    transition = ASSIGNMENT.get("accept")
    role = assignment.get_role_display()
    effects = [str(assignment.proposal), f"{assignment.bureau}{role}，您登记为具体经办人。", transition.consequence]
    if assignment.note:
        effects.append(f"交办说明：{assignment.note}")
    effects += [
        f"{clock.get_kind_display()}截止日 {clock.shown_due}"
        for clock in assignment.deadlines.filter(met_at=None, cancelled_at=None).exclude(kind="receipt")
    ]
    return confirm_page(
        request,
        title="签收提案",
        effects=effects,
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
        form=form,
        status=status_of(form),
    )
