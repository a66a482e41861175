"""Keeping what is written for the log and the report while it is written, and giving it back on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from panjin_portal.lib.clock import now
from proposals.errors import EditConflict, PortalError
from proposals.forms.supervision_log import KeptForm
from proposals.models import SupervisionDraft
from proposals.permissions_log import visible_log
from proposals.services.supervision_drafts import LIMITS, OpenPage, find_draft, keep_draft
from proposals.views.access import answered_in_json, find_proposal, person

GONE_ON = "这些文字在别的窗口里改过或已经存入。请打开最新的页面，恢复本机副本后保存，即可对照两份文字"


@dataclass(frozen=True)
class Writing:
    """What the page of a text needs: where it saves itself, the key of the browser's copy, the draft given back."""

    address: str
    autosave: str
    key: str
    draft: SupervisionDraft | None

    def initial(self, stored: dict[str, Any]) -> dict[str, Any]:
        """``stored`` (with ``read``), under the words of the draft."""
        if self.draft is None:
            return {**stored, "version": 0}
        return {**stored, **self.draft.words, "read": self.draft.read, "version": self.draft.version}


def writing(request: HttpRequest, page: OpenPage) -> Writing:
    """How ``page`` is written by whoever asks (one query)."""
    subject = page.entry or page.proposal
    name = "log-correct" if page.entry else ("proposal-report" if page.is_report else "proposal-log")
    user = person(request)
    return Writing(
        reverse(name, args=[subject.pk]),
        reverse(f"{name}-autosave", args=[subject.pk]),
        f"{name}-{subject.pk}-{user.pk}",
        find_draft(user, page),
    )


@answered_in_json
@require_POST
def log_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a new entry."""
    return _keep(request, OpenPage(find_proposal(request, pk)))


@answered_in_json
@require_POST
def report_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the report."""
    return _keep(request, OpenPage(find_proposal(request, pk), is_report=True))


@answered_in_json
@require_POST
def correction_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the correction of an entry."""
    entry = get_object_or_404(visible_log(person(request)).select_related("proposal"), pk=pk)
    return _keep(request, OpenPage(entry.proposal, entry=entry))


def _keep(request: HttpRequest, page: OpenPage) -> HttpResponse:
    """Answers as ``static/js/autosave.js`` expects; files wait for the button."""
    user = person(request)
    form = KeptForm(request.POST)
    known = form.cleaned_data if form.is_valid() else {"read": 0, "version": 0}
    words = {name: request.POST[name] for name in LIMITS if name in request.POST}
    try:
        draft = keep_draft(user, page=page, words=words, read=known["read"], version=known["version"])
    except EditConflict:
        return JsonResponse({"conflict_url": writing(request, page).address, "message": GONE_ON}, status=409)
    except PortalError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    return JsonResponse({"version": draft.version, "saved_at": f"{now():%H:%M}"})
