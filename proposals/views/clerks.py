"""The named clerk of an assignment, and cover while he is away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput
from proposals.forms.requests import CoverForm, HandOverForm
from proposals.models import Bureau
from proposals.permissions import can
from proposals.services import clerks as service
from proposals.services.locking import insist
from proposals.views.access import find_assignment, person
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow import ASSIGNMENT

SHOWN = 50


@login_required
@require_http_methods(["GET", "POST"])
def assignment_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Another clerk of the bureau goes on."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(can(user, "hand_over", assignment))
    form = HandOverForm(sent(request), bureau_id=assignment.bureau_id)
    if request.method == "POST" and form.is_valid():
        try:
            service.hand_over(user, assignment=assignment, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"具体经办人已改为{form.cleaned_data['clerk']}。")
            return redirect("proposal-detail", pk=assignment.proposal_id)
    transition = ASSIGNMENT.get("hand_over")
    return confirm_page(
        request,
        title="移交经办人",
        effects=[str(assignment.proposal), transition.consequence],
        recipients=["接手的经办人"],
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def cover_list(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom at the person's bureau; a form for another time."""
    user = person(request)
    post = insist(service.may_cover(user))
    bureau = get_object_or_404(Bureau, pk=post.bureau_id)
    form = CoverForm(sent(request), bureau_id=bureau.pk)
    if request.method == "POST" and form.is_valid():
        try:
            service.arrange_cover(user, bureau=bureau, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "顶岗已登记，期间提醒先发给顶岗的经办人。")
            return redirect("cover-list")
    rows = service.visible_covers(user).select_related("bureau", "absent", "substitute", "set_by")
    context = {
        "form": form,
        "bureau": bureau,
        "covers": rows[:SHOWN],
        "today": today(),
        "crumbs": [{"label": "我的待办", "url": reverse("work")}, {"label": "顶岗"}],
    }
    return render(request, "proposals/covers.html", context, status=status_of(form))


@login_required
@require_POST
def cover_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End cover from today on."""
    user = person(request)
    service.end_cover(user, cover=get_object_or_404(service.visible_covers(user), pk=pk))
    messages.success(request, "顶岗已结束。")
    return redirect("cover-list")
