"""The steps of a promise, one confirmation page each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput
from proposals.models import User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, confirm_page, sent
from replies.forms.promises import CarryOverForm, CheckForm, GiveUpForm, KeepForm, ReopenForm
from replies.models import Promise
from replies.permissions_followup import can
from replies.services import promises
from replies.views.lookups import person
from replies.views.promises import visible_promise
from replies.workflow_followup import PROMISE


@dataclass(frozen=True)
class Step:
    """One step: its action, its form, the service behind it and what is said afterwards."""

    action: str
    form: type[forms.Form]
    do: Callable[..., object]
    told: str
    danger: bool = False
    initial: Callable[[User, Promise], dict[str, Any]] = field(default=lambda user, promise: {})


def _page(request: HttpRequest, pk: int, step: Step) -> HttpResponse:
    user = person(request)
    promise = visible_promise(user, pk)
    insist(can(user, step.action, promise))
    form = step.form(sent(request), initial=step.initial(user, promise))
    if request.method == "POST" and form.is_valid():
        try:
            step.do(user, promise=promise, **form.cleaned_data)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, step.told)
            return redirect("promise-detail", pk=pk)
    row = PROMISE.get(step.action)
    return confirm_page(
        request,
        title=f"{row.label}：{promise.text}",
        effects=[row.consequence],
        action_label=row.label,
        cancel_url=reverse("promise-detail", args=[pk]),
        form=form,
        danger=step.danger,
        proposal=promise.proposal,
        status=400 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def promise_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """登记兑现."""
    told = "已登记兑现，跟踪答复等领导签发。"
    return _page(request, pk, Step("keep_promise", KeepForm, promises.keep_promise, told))


@login_required
@require_http_methods(["GET", "POST"])
def promise_carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    """结转."""
    return _page(request, pk, Step("carry_over_promise", CarryOverForm, promises.carry_over_promise, "已结转。"))


@login_required
@require_http_methods(["GET", "POST"])
def promise_give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """不再办理."""
    told = "已记为不再办理，向提案者的说明等领导签发。"
    return _page(request, pk, Step("give_up_promise", GiveUpForm, promises.give_up_promise, told, danger=True))


@login_required
@require_http_methods(["GET", "POST"])
def promise_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """条件成熟，重新办理."""
    told = "已重新列入台账，新的期限开始计算。"
    return _page(request, pk, Step("reopen_promise", ReopenForm, promises.reopen_promise, told))


@login_required
@require_http_methods(["GET", "POST"])
def promise_check(request: HttpRequest, pk: int) -> HttpResponse:
    """登记回头看."""

    def initial(user: User, promise: Promise) -> dict[str, Any]:
        return {"checked_on": today()}

    return _page(
        request, pk, Step("check_promise", CheckForm, promises.check_promise, "已登记回头看。", initial=initial)
    )
