"""The bureau's page of a supervision slip: the report as a draft, its files, handing it in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from panjin_portal.lib.clock import now
from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput, PortalError
from proposals.forms.faults import first_fault
from proposals.forms.supervision import SlipAnswerForm
from proposals.models import SlipFile, SupervisionSlip
from proposals.permissions_supervision import can
from proposals.services.locking import insist
from proposals.services.slip_answers import add_files, hand_in, remove_files, save_draft
from proposals.views.access import answered_in_json, person
from proposals.views.forms_help import BAD_INPUT, add_service_errors, ask_for_files_again, confirm_page
from proposals.views.slips import find_slip
from proposals.workflow_supervision import SLIP

CONFLICT = 409


@login_required
@require_http_methods(["GET", "POST"])
def slip_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the report; 保存 keeps the draft, 保存并报送 leads on to the page that asks."""
    user, slip = person(request), find_slip(request, pk)
    insist(can(user, "write_slip_answer", slip))
    files = _draft_files(slip)
    if request.method == "GET":
        form = SlipAnswerForm(initial={"text": slip.draft, "version": slip.version}, files=files)
        return _show(request, slip, form)
    form = SlipAnswerForm(request.POST, request.FILES, files=files)
    if not form.is_valid():
        ask_for_files_again(form, request)
        return _show(request, slip, form, status=BAD_INPUT)
    data = form.cleaned_data
    try:
        save_draft(user, slip=slip, text=data["text"], version=data["version"])
        remove_files(user, slip=slip, ids=[int(key) for key in data.get("remove", [])])
        add_files(user, slip=slip, files=data["attachments"])
    except EditConflict as conflict:
        return _show_conflict(request, slip, conflict)
    except InvalidInput as error:  # the text may be stored by now: the page goes on from its new version
        slip.refresh_from_db(fields=["version"])
        sent = request.POST.copy()
        sent["version"] = str(slip.version)
        form = SlipAnswerForm(sent, files=_draft_files(slip))
        form.is_valid()
        add_service_errors(form, error)
        ask_for_files_again(form, request)
        return _show(request, slip, form, status=BAD_INPUT)
    messages.success(request, "已保存。", extra_tags=_draft_key(request, slip))
    return redirect("slip-hand-in" if request.POST.get("do") == "hand_in" else "slip-answer", pk=pk)


@answered_in_json
@require_POST
def slip_autosave(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an open page's text; answers as ``static/js/autosave.js`` expects. Files wait for 保存."""
    slip = find_slip(request, pk)
    form = SlipAnswerForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"message": first_fault(form)}, status=BAD_INPUT)
    data = form.cleaned_data
    try:
        saved = save_draft(person(request), slip=slip, text=data["text"], version=data["version"])
    except EditConflict as conflict:
        # The words are in the browser's copy; the page they are put back into answers with both texts.
        told = {"conflict_url": reverse("slip-answer", args=[pk]), "message": conflict.told_about("办理情况")}
        return JsonResponse(told, status=CONFLICT)
    except PortalError as error:
        return JsonResponse({"message": error.message}, status=error.status)
    return JsonResponse({"version": saved.version, "saved_at": f"{now():%H:%M}"})


@login_required
@require_http_methods(["GET", "POST"])
def slip_hand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """报送, after the page that shows what goes out."""
    user, slip = person(request), find_slip(request, pk)
    insist(can(user, "answer_slip", slip))
    if request.method == "POST":
        raw = request.POST.get("version", "")
        seen = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else slip.version
        try:
            hand_in(user, slip=slip, seen_version=seen)
        except InvalidInput as error:
            messages.error(request, error.message)
            return redirect("slip-answer", pk=pk)
        messages.success(request, f"督办单（{slip}）的办理情况已报送督查室。")
        return redirect("slip-detail", pk=pk)
    if not slip.draft.strip():
        messages.error(request, "请先写办理情况，再报送。")
        return redirect("slip-answer", pk=pk)
    names = "、".join(row.name for row in _draft_files(slip))
    transition = SLIP.get("answer_slip")
    return confirm_page(
        request,
        title=f"报送督办单（{slip}）的办理情况？",
        effects=[slip.draft, *([f"附件：{names}"] if names else []), transition.consequence],
        recipients=["市政府督查室工作人员"],
        action_label=transition.label,
        proposal=slip.proposal,
        cancel_url=reverse("slip-answer", args=[pk]),
        form=_Seen(initial={"version": slip.version}),
    )


class _Seen(SlipAnswerForm):
    """The version that was shown, and nothing to fill in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {"version": self.fields["version"]}


def _draft_files(slip: SupervisionSlip) -> list[SlipFile]:
    return list(SlipFile.objects.filter(slip=slip, answer=None).order_by("id"))


def _draft_key(request: HttpRequest, slip: SupervisionSlip) -> str:
    return f"slip-{slip.pk}-{person(request).pk}"


def _show(request: HttpRequest, slip: SupervisionSlip, form: SlipAnswerForm, status: int = 200) -> HttpResponse:
    context = {
        "slip": slip,
        "form": form,
        "answers": slip.answers.select_related("decided_by"),
        "files": _draft_files(slip),
        "draft_key": _draft_key(request, slip),
        "crumbs": [
            {"label": "督办单", "url": reverse("slip-list")},
            {"label": str(slip), "url": reverse("slip-detail", args=[slip.pk])},
            {"label": "办理情况"},
        ],
    }
    return render(request, "proposals/supervision/slip_answer.html", context, status=status)


def _show_conflict(request: HttpRequest, slip: SupervisionSlip, conflict: EditConflict) -> HttpResponse:
    address = reverse("slip-answer", args=[slip.pk])
    form = SlipAnswerForm(initial={"text": conflict.mine, "version": conflict.version}, files=_draft_files(slip))
    context = {
        "title": "办理情况有两份文字",
        "lines": merge_view(mine=conflict.mine, theirs=conflict.theirs),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "is_own": conflict.is_own,
        "form": form,
        "files_lost": ask_for_files_again(form, request),
        "action_url": address,
        "cancel_url": address,
    }
    return render(request, "proposals/supervision/slip_conflict.html", context, status=CONFLICT)
