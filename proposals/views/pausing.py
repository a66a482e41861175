"""中止办理 and 恢复办理 by the office."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from proposals.errors import InvalidInput
from proposals.forms.requests import ResumeForm, SuspendForm
from proposals.permissions import can
from proposals.services import suspending
from proposals.services.case_moves import MovesUnseen
from proposals.services.locking import insist
from proposals.views.access import find_proposal, person
from proposals.views.forms_help import MOVES_CHANGED, add_service_errors, confirm_page, sent, status_of
from proposals.workflow import PROPOSAL


@login_required
@require_http_methods(["GET", "POST"])
def proposal_suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the clocks of the case, with a reason."""
    return _page(request, pk, "suspend", "已中止办理，期限停止计算。")


@login_required
@require_http_methods(["GET", "POST"])
def proposal_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Set them going again, moved by the suspended days."""
    return _page(request, pk, "resume", "已恢复办理，期限按中止的天数顺延。")


def _page(request: HttpRequest, pk: int, action: str, done: str) -> HttpResponse:
    user, proposal = person(request), find_proposal(request, pk)
    insist(can(user, action, proposal))
    form = (SuspendForm if action == "suspend" else ResumeForm)(sent(request))
    if request.method == "POST" and form.is_valid():
        step = suspending.suspend if action == "suspend" else suspending.resume
        try:
            step(user, proposal=proposal, reason=form.cleaned_data["reason"], seen=request.POST.get("seen", ""))
        except InvalidInput as error:
            add_service_errors(form, error)
        except MovesUnseen:
            form.add_error(None, MOVES_CHANGED)
        else:
            messages.success(request, done)
            return redirect("proposal-detail", pk=pk)
    transition = PROPOSAL.get(action)
    preview = suspending.preview_suspending if action == "suspend" else suspending.preview_resuming
    return confirm_page(
        request,
        title=transition.label,
        effects=[str(proposal), transition.consequence],
        recipients=["承办单位经办人", "提案者联系人"],
        action_label=transition.label,
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[pk]),
        form=form,
        danger=action == "suspend",
        status=status_of(form),
        moves=preview(proposal),
    )
