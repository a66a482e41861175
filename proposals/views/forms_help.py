"""Putting a service's refusal back on the form it came from, and the page that asks before an action."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from proposals.errors import InvalidInput
from proposals.models import Proposal
from proposals.services.case_moves import CaseMoves

BAD_INPUT = 400


def add_service_errors(form: forms.BaseForm, error: InvalidInput) -> None:
    """Put each sentence of ``error`` at its field of the bound ``form``; what has no field goes to the top."""
    for field, sentences in error.errors.items():
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


def ask_for_files_again(form: forms.BaseForm, request: HttpRequest, field: str = "attachments") -> bool:
    """Say at ``field`` that the files sent with ``request`` are not stored and have to be chosen again: a browser
    cannot be given them back. Whether there were any."""
    names = [file.name or "" for file in request.FILES.getlist(field)]
    if names and field in form.fields:
        told = form.fields[field]
        told.help_text = f"刚才选择的文件（{'、'.join(names)}）没有保存，请在这里重新选择。{told.help_text}"
    return bool(names)


def confirm_page(
    request: HttpRequest,
    *,
    title: str,
    effects: Sequence[str],
    action_label: str,
    cancel_url: str,
    form: forms.BaseForm | None = None,
    recipients: Sequence[str] = (),
    files: Sequence[tuple[str, str]] = (),
    danger: bool = False,
    proposal: Proposal,
    status: int = 200,
    moves: CaseMoves | None = None,
) -> HttpResponse:
    """The page that says what an action on ``proposal`` will do and to whom, and asks what it needs to know; ``files``:
    name and address of what belongs to it; ``moves``: what it does to the clocks."""
    context = {
        "title": title,
        "effects": effects,
        "recipients": recipients,
        "files": files,
        "form": form,
        "action_label": action_label,
        "cancel_url": cancel_url,
        "danger": danger,
        "moves": moves,
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": str(proposal), "url": reverse("proposal-detail", args=[proposal.pk])},
            {"label": action_label},
        ],
    }
    return render(request, "base/confirm_page.html", context, status=status)


MOVES_CHANGED = "期限的变动与刚才页面上的不同，已按现在的情况重新列出，还没有办理。请核对后再点一次。"


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None at a GET. An empty POST is a form sent empty, not a form not sent."""
    return request.POST if request.method == "POST" else None


def status_of(form: forms.BaseForm) -> int:
    """400 for a form shown again with its errors, else 200."""
    return BAD_INPUT if form.is_bound and form.errors else 200
