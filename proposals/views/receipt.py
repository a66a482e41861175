"""签收 by a bureau's clerk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.permissions import can
from proposals.services.handling import accept_assignment
from proposals.services.locking import insist
from proposals.views.access import find_assignment, person
from proposals.views.forms_help import confirm_page
from proposals.workflow import ASSIGNMENT


@login_required
@require_http_methods(["GET", "POST"])
def assignment_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then sign for receipt; the clerk becomes the one in charge at his bureau."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(can(user, "accept", assignment))
    if request.method == "POST":
        accepted = accept_assignment(user, assignment=assignment)
        messages.success(request, f"已签收：{accepted.proposal}")
        return redirect("proposal-detail", pk=assignment.proposal_id)
    transition = ASSIGNMENT.get("accept")
    role = assignment.get_role_display()
    effects = [str(assignment.proposal), f"{assignment.bureau}{role}，您登记为具体经办人。", transition.consequence]
    if assignment.note:
        effects.append(f"交办说明：{assignment.note}")
    effects += [
        f"{clock.get_kind_display()}截止日 {clock.due_on}{'（暂定）' if clock.is_provisional else ''}"
        for clock in assignment.deadlines.filter(met_at=None, cancelled_at=None).exclude(kind="receipt")
    ]
    return confirm_page(
        request,
        title="签收提案",
        effects=effects,
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
    )
