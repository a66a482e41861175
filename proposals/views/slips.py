"""督办单: issuing, the page of one, the office's decision, withdrawing, the list, its files."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.pages import page_by_key
from proposals.errors import InvalidInput, NotAllowed
from proposals.forms.supervision import SlipDecisionForm, SlipForm, SlipWithdrawalForm
from proposals.models import Bureau, Proposal, SupervisionSlip, User
from proposals.permissions import knows_case
from proposals.permissions_supervision import (
    can,
    can_see_supervision,
    may_issue_slip,
    visible_slip_files,
    visible_slips,
)
from proposals.services import slips as service
from proposals.services.locking import insist
from proposals.supervision_lists import SLIP_ORDER, SlipFilter, slip_row, slips_for_list
from proposals.views.access import find_proposal, person
from proposals.views.attachments import file_response
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of
from proposals.workflow_supervision import SLIP

PAGE_SIZE = 20
PAGES = {"write_slip_answer": "slip-answer", "accept_slip": "slip-decide", "withdraw_slip": "slip-withdraw"}
LABELS = {"write_slip_answer": "写办理情况", "accept_slip": "审核"}


@login_required
@require_http_methods(["GET", "POST"])
def slip_new(request: HttpRequest, pk: int) -> HttpResponse:
    """发督办单 about a case."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(may_issue_slip(user, proposal))
    return issue_page(request, user, proposal, service.bureaus_at_work(proposal))


def issue_page(
    request: HttpRequest,
    user: User,
    proposal: Proposal,
    bureaus: list[Bureau],
    subject: service.Subject | None = None,
) -> HttpResponse:
    """The form of a new slip about ``proposal``, or about ``subject`` of it; after a good one the page of the slip."""
    form = SlipForm(sent(request), bureaus=bureaus)
    if request.method == "POST" and form.is_valid():
        try:
            slip = service.issue_slip(user, proposal=proposal, subject=subject, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"督办单（{slip}）已发出，承办单位会收到通知。")
            return redirect("slip-detail", pk=slip.pk)
    return confirm_page(
        request,
        title="发督办单",
        effects=[
            str(proposal),
            *([f"督办的事项：{subject.text}"] if subject else []),
            "承办单位在平台上报送办理情况，由督查室审核；期限开始计算，到期提醒。",
        ],
        recipients=["所选单位的经办人、核稿人和领导"],
        action_label="发督办单",
        proposal=proposal,
        cancel_url=reverse("proposal-detail", args=[proposal.pk]) + "?tab=supervision",
        form=form,
        status=status_of(form),
    )


def find_slip(request: HttpRequest, pk: int) -> SupervisionSlip:
    """A slip the person may read, else 404."""
    rows = visible_slips(person(request)).select_related("proposal__session", "bureau", "issued_by", "post__bureau")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_safe
def slip_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One slip with all reports and what the office said to them, as it is printed too."""
    user, slip = person(request), find_slip(request, pk)
    answers = slip.answers.select_related("answered_by", "post__bureau", "decided_by").prefetch_related("files")
    context = {
        "slip": slip,
        "row": slip_row(slip),
        "answers": answers,
        "actions": _actions(user, slip),
        "sees_case": knows_case(user, slip.proposal_id),
        "crumbs": [{"label": "督办单", "url": reverse("slip-list")}, {"label": str(slip)}],
    }
    return render(request, "proposals/supervision/slip.html", context)


def _actions(user: User, slip: SupervisionSlip) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for action, page in PAGES.items():
        if can(user, action, slip):
            label = LABELS.get(action, SLIP.get(action).label)
            url, danger = reverse(page, args=[slip.pk]), action == "withdraw_slip"
            primary = not found and not danger
            found.append({"label": label, "url": url, "allowed": True, "primary": primary, "danger": danger})
    return found


@login_required
@require_http_methods(["GET", "POST"])
def slip_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """审核: accept the report, or send it back with an opinion."""
    user, slip = person(request), find_slip(request, pk)
    insist(can(user, "accept_slip", slip))
    answer = slip.answers.latest("number")
    form = SlipDecisionForm(sent(request), initial={"seen": answer.number})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["do"] == "accept":
                service.accept_answer(user, slip=slip, opinion=data["opinion"], seen=data["seen"])
            else:
                service.return_answer(
                    user, slip=slip, opinion=data["opinion"], due_on=data["due_on"], seen=data["seen"]
                )
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "审核意见已记入督办单，承办单位会收到通知。")
            return redirect("slip-detail", pk=pk)
    return confirm_page(
        request,
        title=f"审核督办单（{slip}）",
        effects=[str(slip.proposal), f"{slip.bureau}第{answer.number}次报送：{answer.text}"],
        files=[(row.name, reverse("slip-file", args=[row.pk])) for row in answer.files.all()],
        recipients=[f"{slip.bureau}的经办人、核稿人和领导"],
        action_label="提交审核意见",
        proposal=slip.proposal,
        cancel_url=reverse("slip-detail", args=[pk]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def slip_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """撤回督办单, with a reason."""
    user, slip = person(request), find_slip(request, pk)
    insist(can(user, "withdraw_slip", slip))
    form = SlipWithdrawalForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            service.withdraw_slip(user, slip=slip, reason=form.cleaned_data["reason"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"督办单（{slip}）已撤回。")
            return redirect("slip-detail", pk=pk)
    transition = SLIP.get("withdraw_slip")
    return confirm_page(
        request,
        title=f"撤回督办单（{slip}）？",
        effects=[str(slip.proposal), transition.consequence],
        recipients=[f"{slip.bureau}的经办人、核稿人和领导"],
        action_label=transition.label,
        danger=True,
        proposal=slip.proposal,
        cancel_url=reverse("slip-detail", args=[pk]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_safe
def slip_list(request: HttpRequest) -> HttpResponse:
    """All slips the person may read, the newest first; filters stand in the address."""
    found = asked_slips(request)
    page = page_by_key(found.qs, order=SLIP_ORDER, key=request.GET.get("key"), size=PAGE_SIZE)
    query = request.GET.copy()
    query.pop("key", None)
    context = {
        "form": found.form,
        "rows": [slip_row(slip) for slip in page.items],
        "next_url": _address(request, page.next_key),
        "previous_url": _address(request, page.previous_key),
        "query": query.urlencode(),
        "reset_url": reverse("slip-list"),
    }
    return render(request, "proposals/supervision/slips.html", context)


def asked_slips(request: HttpRequest) -> SlipFilter:
    """The slips the person may read, filtered by the address. Raises NotAllowed for whoever has no list of them."""
    user = person(request)
    decision = can_see_supervision(user)
    if not decision:
        raise NotAllowed(decision.reason)
    return SlipFilter(request.GET or None, queryset=slips_for_list(visible_slips(user)), request=request)


@login_required
@require_safe
def slip_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a report, for those who may read it."""
    row = get_object_or_404(visible_slip_files(person(request)), pk=pk)
    return file_response(row.file, row.name, row.content_type)


def _address(request: HttpRequest, key: str | None) -> str:
    if key is None:
        return ""
    query = request.GET.copy()
    query["key"] = key
    return f"?{query.urlencode()}"
