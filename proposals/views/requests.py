"""Pages on which a bureau asks about its assignment, and on which the office decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.errors import InvalidInput
from proposals.forms.requests import (
    DecideAdditionForm,
    DecideExtensionForm,
    DecideReturnForm,
    ExtensionForm,
    ReturnForm,
)
from proposals.models import HandlingRequest, User
from proposals.permissions import can, visible_proposals, visible_requests
from proposals.services import deciding, extensions
from proposals.services import requests as service
from proposals.services.case_moves import CaseMoves, MovesUnseen
from proposals.services.locking import insist
from proposals.views.access import find_assignment, person
from proposals.views.attachments import file_response
from proposals.views.forms_help import MOVES_CHANGED, add_service_errors, confirm_page, sent, status_of
from proposals.workflow import ASSIGNMENT

Kind = HandlingRequest.Kind
OFFICE = "市政府督查室工作人员"
# Who hears of a decision beside the bureau that asked.
_TOLD_BESIDE = {
    Kind.RETURN: "改办或另定主办的，还有新单位经办人",
    Kind.ADD: "同意增办的，还有新单位经办人",
    Kind.EXTENSION: "同意延期答复的，还有提案者",
}


def find_request(request: HttpRequest, pk: int) -> HandlingRequest:
    """A request of a case the person may know of, else 404."""
    seen = HandlingRequest.objects.filter(assignment__proposal__in=visible_proposals(request.user))
    wide = seen.select_related("assignment__proposal__session", "assignment__bureau", "bureau", "reason", "asked_by")
    return get_object_or_404(wide, pk=pk)


@login_required
@require_http_methods(["GET", "POST"])
def assignment_return(request: HttpRequest, pk: int) -> HttpResponse:
    """申请改办, inside the window of the session."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(service.may_ask_return(user, assignment))
    form = ReturnForm(sent(request), request.FILES or None, own=assignment.bureau_id)
    if request.method == "POST" and form.is_valid():
        try:
            service.ask_return(user, assignment=assignment, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "申请已送市政府督查室，决定后会通知您。")
            return redirect("proposal-detail", pk=assignment.proposal_id)
    earlier = HandlingRequest.objects.filter(assignment=assignment, kind=Kind.RETURN)
    window = service.return_window(assignment, earlier, service.handling_rules(assignment.proposal))
    transition = ASSIGNMENT.get("ask_return")
    return confirm_page(
        request,
        title="申请改办",
        effects=[str(assignment.proposal), window.explanation, transition.consequence],
        recipients=[OFFICE],
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def assignment_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """申请延期, before the day, up to the session's bound."""
    user, assignment = person(request), find_assignment(request, pk)
    insist(can(user, "ask_extension", assignment))
    bounds = extensions.bounds_of(assignment)
    extensions.insist_in_time(bounds)
    form = ExtensionForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            extensions.ask_extension(user, assignment=assignment, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "延期申请已送市政府督查室，决定后会通知您。")
            return redirect("proposal-detail", pk=assignment.proposal_id)
    transition = ASSIGNMENT.get("ask_extension")
    now_due = (
        f"现在的{bounds.clock.get_kind_display()}截止日是 {bounds.clock.shown_due}，最迟可延到 {bounds.shown_latest}。"
    )
    return confirm_page(
        request,
        title="申请延期",
        effects=[str(assignment.proposal), now_due, bounds.explanation, transition.consequence],
        recipients=[OFFICE],
        action_label=transition.label,
        proposal=assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[assignment.proposal_id]),
        form=form,
        status=status_of(form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def request_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The office decides; what the form asks depends on the kind of request."""
    user, asked = person(request), find_request(request, pk)
    insist(can(user, "grant", asked))
    form_class, decide, initial = _ways(asked)
    form = form_class(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            if form.cleaned_data["do"] == "refuse":
                deciding.refuse_request(user, request=asked, decision=form.cleaned_data["decision"])
            else:
                decide(user, asked, {**form.cleaned_data, "seen": request.POST.get("seen", "")})
        except InvalidInput as error:
            add_service_errors(form, error)
        except MovesUnseen:
            form.add_error(None, MOVES_CHANGED)
        else:
            messages.success(request, "决定已记入办理记录，并已通知相关单位。")
            return redirect("proposal-detail", pk=asked.assignment.proposal_id)
    return confirm_page(
        request,
        title=f"决定{asked.get_kind_display()}",
        effects=_facts(asked),
        recipients=[f"{asked.assignment.bureau}经办人", _TOLD_BESIDE[Kind(asked.kind)]],
        action_label="作出决定",
        proposal=asked.assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[asked.assignment.proposal_id]) + "?tab=handling",
        form=form,
        status=status_of(form),
        moves=_moves(asked, form),
    )


@login_required
@require_http_methods(["GET", "POST"])
def request_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The bureau takes its request back."""
    user, asked = person(request), find_request(request, pk)
    insist(can(user, "take_back", asked))
    if request.method == "POST":
        service.take_back_request(user, request=asked)
        messages.success(request, f"已撤回{asked.get_kind_display()}。")
        return redirect("proposal-detail", pk=asked.assignment.proposal_id)
    return confirm_page(
        request,
        title=f"撤回{asked.get_kind_display()}",
        effects=["撤回后这项申请不再决定；申请改办的，请接着签收。"],
        action_label="撤回申请",
        proposal=asked.assignment.proposal,
        cancel_url=reverse("proposal-detail", args=[asked.assignment.proposal_id]) + "?tab=handling",
    )


@login_required
@require_safe
def request_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The evidence, for the offices and the bureau that sent it."""
    asked = get_object_or_404(visible_requests(request.user), pk=pk)
    if not asked.file:
        raise Http404("没有佐证材料")
    return file_response(asked.file, asked.file_name, asked.content_type)


Decide = Callable[[User, HandlingRequest, dict[str, Any]], object]


def _ways(asked: HandlingRequest) -> tuple[type[forms.Form], Decide, dict[str, Any]]:
    if asked.kind == Kind.RETURN:
        return DecideReturnForm, _decide_return, {"bureau": asked.bureau}
    if asked.kind == Kind.ADD:
        return DecideAdditionForm, _decide_addition, {"bureau": asked.bureau}
    return DecideExtensionForm, _decide_extension, {"due_on": asked.wanted_on}


def _decide_return(user: User, asked: HandlingRequest, data: dict[str, Any]) -> object:
    if data["do"] == "adjust":
        return deciding.adjust_roles(user, request=asked, bureau=data["bureau"], decision=data["decision"])
    return deciding.reassign(
        user, request=asked, bureau=data["bureau"], decision=data["decision"], due_on=data["due_on"]
    )


def _decide_addition(user: User, asked: HandlingRequest, data: dict[str, Any]) -> object:
    return deciding.add_bureau(user, request=asked, bureau=data["bureau"], decision=data["decision"])


def _decide_extension(user: User, asked: HandlingRequest, data: dict[str, Any]) -> object:
    if data["due_on"] is None:
        raise InvalidInput({"due_on": "请填写延至的日期。"})
    return extensions.grant_extension(
        user, request=asked, due_on=data["due_on"], decision=data["decision"], seen=data["seen"]
    )


def _moves(asked: HandlingRequest, form: forms.Form) -> CaseMoves | None:
    """Of an extension: what the day in the form moves, or the wanted day where none that can be granted was sent."""
    if asked.kind != Kind.EXTENSION or asked.wanted_on is None:
        return None
    typed = getattr(form, "cleaned_data", {}).get("due_on")
    for day in (typed, asked.wanted_on):
        try:
            if day is not None:
                return extensions.preview_extension(asked.assignment, day)
        except InvalidInput:
            continue
    return None


def _facts(asked: HandlingRequest) -> list[str]:
    share = asked.assignment
    facts = [
        str(share.proposal),
        f"{share.bureau}（{share.get_role_display()}）{asked.get_kind_display()}：{asked.text}",
    ]
    if asked.reason:
        facts.append(f"理由：{asked.reason}")
    if asked.is_late:
        facts.append("这项申请是在期限过后由签发领导提出的。")
    if asked.bureau:
        facts.append(f"建议单位：{asked.bureau}")
    if asked.kind == Kind.EXTENSION:
        bounds = extensions.bounds_of(share)
        facts.append(f"现在的截止日 {bounds.clock.shown_due}，申请延至 {asked.wanted_on}。{bounds.explanation}")
    if asked.file:
        facts.append(f"佐证材料“{asked.file_name}”在提案页“承办”里下载。")
    return facts
