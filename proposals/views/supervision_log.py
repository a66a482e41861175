"""督办记录 and 督办报告 of a key proposal: writing, reading, correcting, files."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput
from proposals.forms.supervision_log import CorrectionForm, KeptForm, LogForm, ReportForm
from proposals.models import LogEntry, LogFile, Proposal
from proposals.permissions_log import may_correct, may_keep_log, visible_log, visible_reports
from proposals.services.locking import insist
from proposals.services.supervision_drafts import DraftConflict, OpenPage, drop_draft
from proposals.services.supervision_log import Deed, add_entry, correct_entry, write_report
from proposals.views.access import find_proposal, person
from proposals.views.attachments import file_response
from proposals.views.forms_help import add_service_errors, ask_for_files_again, sent, status_of
from proposals.views.supervision_drafts import Writing, writing

CONFLICT = 409
DROP = "drop"  # the button 放弃草稿


@login_required
@require_http_methods(["GET", "POST"])
def log_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was done."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(may_keep_log(user, proposal))
    page = OpenPage(proposal)
    own = writing(request, page)
    if request.POST.get("do") == DROP:
        return _dropped(request, page, own)
    form = LogForm(sent(request), request.FILES or None, initial=own.initial({"read": 0}))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            add_entry(user, proposal=proposal, deed=_deed(form), files=data["attachments"], draft=data["version"])
        except InvalidInput as error:
            add_service_errors(form, error)
        except EditConflict as conflict:
            return _conflict(request, "督办记录有两份文字", conflict, LogForm, form, own)
        else:
            messages.success(request, "督办记录已写下，承办单位的经办人会收到通知。", extra_tags=own.key)
            return redirect(_tab(proposal))
    context = {
        "title": "写督办记录",
        "effect": "记入后承办单位、会办单位看得到，其经办人会收到通知；以后由您自己更正，原来的文字保留。",
        "action_label": "记入督办记录",
        "back_url": _tab(proposal),
        "crumbs": _crumbs(proposal, "写督办记录"),
    }
    return _write(request, "log_write.html", context, proposal, form, own)


@login_required
@require_safe
def log_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry with its files and what stood there before."""
    user, entry = person(request), _find(request, pk)
    context = {
        "entry": entry,
        "revisions": entry.revisions.order_by("-version"),
        "may_correct": may_correct(user, entry).allowed,
        "back_url": _tab(entry.proposal),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": str(entry.proposal), "url": _tab(entry.proposal)},
            {"label": "督办记录"},
        ],
    }
    return render(request, "proposals/supervision/log_entry.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def log_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an entry of one's own."""
    user, entry = person(request), _find(request, pk)
    insist(may_correct(user, entry))
    page = OpenPage(entry.proposal, entry=entry)
    own = writing(request, page)
    if request.POST.get("do") == DROP:
        return _dropped(request, page, own)
    stored = {name: getattr(entry, name) for name in ("kind", "held_on", "people", "content")}
    form = CorrectionForm(sent(request), initial=own.initial({**stored, "read": entry.version}))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        known = {"version": data["read"], "draft": data["version"]}
        try:
            correct_entry(user, entry=entry, deed=_deed(form), reason=data["reason"], **known)
        except InvalidInput as error:
            add_service_errors(form, error)
        except EditConflict as conflict:
            return _conflict(request, "督办记录有两份文字", conflict, CorrectionForm, form, own)
        else:
            messages.success(request, "督办记录已更正，原来的文字保留。", extra_tags=own.key)
            return redirect("log-detail", pk=pk)
    context = {
        "title": "更正督办记录",
        "effect": "更正后显示新的文字，原来的文字和更正说明保留。",
        "action_label": "更正",
        "back_url": reverse("log-detail", args=[pk]),
        "crumbs": _crumbs(entry.proposal, "更正督办记录"),
    }
    return _write(request, "log_write.html", context, entry.proposal, form, own)


@login_required
@require_safe
def log_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of an entry, for those who may read it."""
    rows = LogFile.objects.filter(entry__in=visible_log(person(request)).values("pk"))
    row = get_object_or_404(rows, pk=pk)
    return file_response(row.file, row.name, row.content_type)


@login_required
@require_http_methods(["GET", "POST"])
def report_write(request: HttpRequest, pk: int) -> HttpResponse:
    """The report about a key proposal: each saving is kept."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(may_keep_log(user, proposal))
    page = OpenPage(proposal, is_report=True)
    own = writing(request, page)
    if request.POST.get("do") == DROP:
        return _dropped(request, page, own)
    reports = list(visible_reports(user).filter(proposal=proposal).select_related("written_by"))
    last = reports[0] if reports else None
    stored = {"text": last.text if last else "", "read": last.number if last else 0}
    form = ReportForm(sent(request), initial=own.initial(stored))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        known = {"seen_number": data["read"], "draft": data["version"]}
        try:
            write_report(user, proposal=proposal, text=data["text"], **known)
        except InvalidInput as error:
            add_service_errors(form, error)
        except EditConflict as conflict:
            return _conflict(request, "督办报告有两份文字", conflict, ReportForm, form, own)
        else:
            messages.success(request, "督办报告已保存。", extra_tags=own.key)
            return redirect("proposal-report", pk=pk)
    context = {"reports": reports, "back_url": _tab(proposal), "crumbs": _crumbs(proposal, "督办报告")}
    return _write(request, "report.html", context, proposal, form, own)


def _find(request: HttpRequest, pk: int) -> LogEntry:
    rows = visible_log(person(request)).select_related("proposal__session", "written_by", "post__bureau")
    return get_object_or_404(rows.prefetch_related("files"), pk=pk)


def _deed(form: LogForm) -> Deed:
    data = form.cleaned_data
    return Deed(data["kind"], data["held_on"], data["people"], data["content"])


def _tab(proposal: Proposal) -> str:
    return f"{reverse('proposal-detail', args=[proposal.pk])}?tab=supervision"


def _crumbs(proposal: Proposal, label: str) -> list[dict[str, str]]:
    return [
        {"label": "提案", "url": reverse("proposal-list")},
        {"label": str(proposal), "url": _tab(proposal)},
        {"label": label},
    ]


def _write(
    request: HttpRequest, template: str, context: Mapping[str, object], proposal: Proposal, form: KeptForm, own: Writing
) -> HttpResponse:
    if form.is_bound:
        ask_for_files_again(form, request)
    whole = {**context, "proposal": proposal, "form": form, "writing": own}
    return render(request, f"proposals/supervision/{template}", whole, status=status_of(form))


def _dropped(request: HttpRequest, page: OpenPage, own: Writing) -> HttpResponse:
    drop_draft(person(request), page=page)
    messages.success(request, "草稿已放弃。", extra_tags=own.key)
    return redirect(own.address)


def _conflict(
    request: HttpRequest, title: str, conflict: EditConflict, kind: type[KeptForm], form: KeptForm, own: Writing
) -> HttpResponse:
    """Both texts; the form goes on from the text, or the draft, that stands by now."""
    moved = "version" if isinstance(conflict, DraftConflict) else "read"
    again = kind(initial={**form.cleaned_data, moved: conflict.version})
    context = {
        "title": title,
        "saved_by": "您自己在另一个窗口" if isinstance(conflict, DraftConflict) else "",
        "lines": merge_view(mine=conflict.mine, theirs=conflict.theirs),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "form": again,
        "files_lost": ask_for_files_again(again, request),
        "action_url": own.address,
        "cancel_url": own.address,
    }
    return render(request, "proposals/supervision/slip_conflict.html", context, status=CONFLICT)
