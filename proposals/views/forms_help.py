"""Putting a service's refusal back on the form it came from, and the page that asks before an action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from proposals.errors import InvalidInput

BAD_INPUT = 400


def add_service_errors(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put each sentence of ``error`` at its field of the bound ``form``; what has no field goes to the top."""
    for field, sentences in error.errors.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def confirm_page(
    request: HttpRequest,
    *,
    title: str,
    effects: Sequence[str],
    action_label: str,
    cancel_url: str,
    form: forms.BaseForm | None = None,
    recipients: Sequence[str] = (),
    danger: bool = False,
    crumbs: Sequence[dict[str, str]] = (),
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """The page that says what an action will do and to whom, with what it asks for; its POST does it."""
    context = {
        "title": title,
        "effects": effects,
        "recipients": recipients,
        "form": form,
        "action_label": action_label,
        "cancel_url": cancel_url,
        "danger": danger,
        "crumbs": [*crumbs, {"label": action_label}] if crumbs else [],
        **extra,
    }
    return render(request, "base/confirm_page.html", context, status=status)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None at a GET. An empty POST is a form sent empty, not a form not sent."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.BaseForm) -> int:
    """400 for a form shown again with its errors, else 200."""
    return BAD_INPUT if form.is_bound and form.errors else 200
