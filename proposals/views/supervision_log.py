"""督办记录 and 督办报告 of a key proposal: writing, reading, correcting, files."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput
from proposals.forms.supervision_log import CorrectionForm, LogForm, ReportForm
from proposals.models import LogEntry, LogFile, Proposal
from proposals.permissions_log import may_correct, may_keep_log, visible_log, visible_reports
from proposals.services.locking import insist
from proposals.services.supervision_log import Deed, add_entry, correct_entry, write_report
from proposals.views.access import find_proposal, person
from proposals.views.attachments import file_response
from proposals.views.forms_help import add_service_errors, confirm_page, sent, status_of

CONFLICT = 409


@login_required
@require_http_methods(["GET", "POST"])
def log_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was done."""
    user, proposal = person(request), find_proposal(request, pk)
    insist(may_keep_log(user, proposal))
    form = LogForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_entry(user, proposal=proposal, deed=_deed(form), files=form.cleaned_data["attachments"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "督办记录已写下，承办单位的经办人会收到通知。")
            return redirect(_tab(proposal))
    return confirm_page(
        request,
        title="写督办记录",
        effects=[str(proposal), "记入这件重点提案的督办记录，承办单位看得到；以后由您自己更正，原来的文字保留。"],
        recipients=["承办单位、会办单位的经办人"],
        action_label="记入督办记录",
        proposal=proposal,
        cancel_url=_tab(proposal),
        form=form,
        status=status_of(form),
    )


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
    stored = {name: getattr(entry, name) for name in ("kind", "held_on", "people", "content", "version")}
    form = CorrectionForm(sent(request), initial=stored)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            correct_entry(user, entry=entry, deed=_deed(form), reason=data["reason"], version=data["version"])
        except InvalidInput as error:
            add_service_errors(form, error)
        except EditConflict as conflict:
            again = CorrectionForm(initial={**data, "version": conflict.version})
            return _conflict(request, "督办记录有两份文字", conflict, again, reverse("log-correct", args=[pk]))
        else:
            messages.success(request, "督办记录已更正，原来的文字保留。")
            return redirect("log-detail", pk=pk)
    return confirm_page(
        request,
        title="更正督办记录",
        effects=[str(entry.proposal), "更正后显示新的文字，原来的文字和更正说明保留。"],
        action_label="更正",
        proposal=entry.proposal,
        cancel_url=reverse("log-detail", args=[pk]),
        form=form,
        status=status_of(form),
    )


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
    reports = list(visible_reports(user).filter(proposal=proposal).select_related("written_by"))
    last = reports[0] if reports else None
    initial = {"text": last.text if last else "", "number": last.number if last else 0}
    form = ReportForm(sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            write_report(user, proposal=proposal, text=data["text"], seen_number=data["number"])
        except InvalidInput as error:
            add_service_errors(form, error)
        except EditConflict as conflict:
            again = ReportForm(initial={"text": conflict.mine, "number": conflict.version})
            return _conflict(request, "督办报告有两份文字", conflict, again, reverse("proposal-report", args=[pk]))
        else:
            messages.success(request, "督办报告已保存。")
            return redirect("proposal-report", pk=pk)
    context = {
        "form": form,
        "proposal": proposal,
        "reports": reports,
        "back_url": _tab(proposal),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": str(proposal), "url": _tab(proposal)},
            {"label": "督办报告"},
        ],
    }
    return render(request, "proposals/supervision/report.html", context, status=status_of(form))


def _find(request: HttpRequest, pk: int) -> LogEntry:
    rows = visible_log(person(request)).select_related("proposal__session", "written_by", "post__bureau")
    return get_object_or_404(rows.prefetch_related("files"), pk=pk)


def _deed(form: LogForm) -> Deed:
    data = form.cleaned_data
    return Deed(data["kind"], data["held_on"], data["people"], data["content"])


def _tab(proposal: Proposal) -> str:
    return f"{reverse('proposal-detail', args=[proposal.pk])}?tab=supervision"


def _conflict(
    request: HttpRequest, title: str, conflict: EditConflict, form: LogForm | ReportForm, address: str
) -> HttpResponse:
    context = {
        "title": title,
        "lines": merge_view(mine=conflict.mine, theirs=conflict.theirs),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "form": form,
        "action_url": address,
        "cancel_url": address,
    }
    return render(request, "proposals/supervision/slip_conflict.html", context, status=CONFLICT)
