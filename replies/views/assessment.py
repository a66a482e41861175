"""Pages of the assessment of bureaus: the table of a session, one bureau's lines, scores by hand, publishing, sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Cell, Column
from proposals.errors import InvalidInput, NotAllowed
from proposals.models import Session, User
from proposals.services.locking import insist
from proposals.views.forms_help import add_service_errors, sent, status_of
from replies.assessment_sheet import BureauSheet, find, sheet_of
from replies.forms.assessment import ScoreForm
from replies.models import AssessmentSheet
from replies.permissions_assessment import can, can_open, can_see_assessment, readable_bureaus, visible_sheets
from replies.services import assessing
from replies.views.lookups import person
from replies.views.sheet_answers import send_sheet
from replies.workflow_assessment import ASSESSMENT


@dataclass(frozen=True)
class Seen:
    """A sheet and those of its lines the person may read, the best first."""

    sheet: AssessmentSheet
    rows: list[BureauSheet]

    @property
    def heads(self) -> list[str]:
        """Names of the items with their points."""
        lines = self.rows[0].lines if self.rows else ()
        return [f"{line.name}（{line.points.normalize():f}分）" for line in lines]


@login_required
@require_safe
def assessment(request: HttpRequest) -> HttpResponse:
    """The table of the session asked for, else of the newest that has one or could have one."""
    user = person(request)
    decision = can_see_assessment(user)
    if not decision:
        raise NotAllowed(decision.reason)
    sessions = list(Session.objects.all())
    sheets = {sheet.session_id: sheet for sheet in visible_sheets(user).select_related("session")}
    session = _asked(request, sessions, sheets)
    sheet = sheets.get(session.pk) if session else None
    seen = _seen(user, sheet) if sheet else None
    context = {
        "session": session,
        "sessions": sessions,
        "sheet": sheet,
        "seen": seen,
        "may_open": bool(session and not sheet and can_open(user)),
        "may_publish": bool(sheet and can(user, "publish_assessment", sheet)),
        "missing": [row.bureau.short_name for row in seen.rows if not row.is_complete] if seen else [],
        "day": today(),
    }
    return render(request, "replies/assessment/list.html", context)


@login_required
@require_POST
def assessment_open(request: HttpRequest, session: int) -> HttpResponse:
    """Start the sheet of a session."""
    user = person(request)
    insist(can_open(user))
    sheet = assessing.open_sheet(user, session=get_object_or_404(Session, pk=session))
    messages.success(request, f"{sheet}已开始，公布以前只有督查室看得到。")
    return redirect(f"{reverse('assessment')}?session={session}")


@login_required
@require_safe
def assessment_bureau(request: HttpRequest, pk: int, bureau: int) -> HttpResponse:
    """One bureau's lines: each score with its formula, numerator and denominator linking to their cases."""
    user = person(request)
    seen, row = _lines(user, pk, bureau)
    context = {
        "sheet": seen.sheet,
        "row": row,
        "count": len(seen.rows),
        "knows_rank": readable_bureaus(user) is None,
        "may_score": bool(can(user, "score_assessment", seen.sheet)) and any(line.is_hand for line in row.lines),
        "crumbs": _crumbs(seen.sheet, row.bureau.short_name),
        "day": today(),
    }
    return render(request, "replies/assessment/bureau.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def assessment_score(request: HttpRequest, pk: int, bureau: int) -> HttpResponse:
    """Give one bureau its scores by hand."""
    user = person(request)
    seen, row = _lines(user, pk, bureau)
    insist(can(user, "score_assessment", seen.sheet))
    form = ScoreForm(sent(request), lines=row)
    if form.is_valid():
        version = form.cleaned_data["version"]
        try:
            assessing.score(user, sheet=seen.sheet, bureau=row.bureau, given=form.given(), seen_version=version)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"{row.bureau.short_name}的分数已保存。")
            return redirect("assessment-bureau", pk=pk, bureau=bureau)
    context = {
        "title": f"给{row.bureau.short_name}打分",
        "effects": [ASSESSMENT.get("score_assessment").consequence],
        "form": form,
        "action_label": "保存分数",
        "cancel_url": reverse("assessment-bureau", args=[pk, bureau]),
        "crumbs": _crumbs(seen.sheet, row.bureau.short_name, "打分"),
    }
    return render(request, "base/confirm_page.html", context, status=status_of(form))


@login_required
@require_http_methods(["GET", "POST"])
def assessment_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what publishing does and to whom, then freeze the sheet."""
    user = person(request)
    sheet = _find(user, pk)
    insist(can(user, "publish_assessment", sheet))
    form = forms.Form(sent(request))
    if form.is_valid():
        try:
            assessing.publish_sheet(user, sheet=sheet)
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "考核表已公布，各承办单位会收到通知。")
            return redirect(f"{reverse('assessment')}?session={sheet.session_id}")
    context = {
        "title": f"公布{sheet}？",
        "effects": [ASSESSMENT.get("publish_assessment").consequence],
        "form": form,
        "recipients": ["各承办单位的经办人、核稿人、签发领导", "提案委工作人员"],
        "action_label": "公布考核表",
        "cancel_url": f"{reverse('assessment')}?session={sheet.session_id}",
        "danger": True,
        "crumbs": _crumbs(sheet, "公布"),
    }
    return render(request, "base/confirm_page.html", context, status=status_of(form))


@login_required
@require_safe
def assessment_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The lines the person may read as a sheet."""
    user = person(request)
    seen = _seen(user, _find(user, pk))
    columns: list[Column[BureauSheet]] = [Column("bureau", "承办单位", lambda row: row.bureau.name, 30)]
    if readable_bureaus(user) is None:
        columns.append(Column("rank", "名次", lambda row: row.rank or None, 8))
    columns.append(Column("total", "总分", lambda row: row.total, 10))
    for place, head in enumerate(seen.heads):
        columns.append(Column(f"score{place}", head, _score(place), 16))
        columns.append(Column(f"how{place}", "怎么算的", _how(place), 34))
    return send_sheet(request, title=str(seen.sheet), columns=columns, rows=seen.rows)


def _score(place: int) -> Callable[[BureauSheet], Cell]:
    return lambda row: row.lines[place].score


def _how(place: int) -> Callable[[BureauSheet], Cell]:
    def how(row: BureauSheet) -> str:
        line = row.lines[place]
        if line.part is None or line.whole is None:
            return line.reason
        return f"{line.part.label}{line.part.count}÷{line.whole.label}{line.whole.count}；{line.formula}"

    return how


def _asked(request: HttpRequest, sessions: list[Session], sheets: dict[int, AssessmentSheet]) -> Session | None:
    given = request.GET.get("session", "")
    if given:
        return next((row for row in sessions if str(row.pk) == given), None)
    return next((row for row in sessions if row.pk in sheets), sessions[0] if sessions else None)


def _find(user: User, pk: int) -> AssessmentSheet:
    return get_object_or_404(visible_sheets(user).select_related("session"), pk=pk)


def _seen(user: User, sheet: AssessmentSheet) -> Seen:
    """Ranks are reckoned over all bureaus before the others' lines are left out."""
    mine = readable_bureaus(user)
    rows = sheet_of(sheet, today())
    return Seen(sheet, rows if mine is None else [row for row in rows if row.bureau.pk in mine])


def _lines(user: User, pk: int, bureau: int) -> tuple[Seen, BureauSheet]:
    seen = _seen(user, _find(user, pk))
    row = find(seen.rows, bureau)
    if row is None:
        raise Http404("考核表里没有这个单位。")
    return seen, row


def _crumbs(sheet: AssessmentSheet, *labels: str) -> list[dict[str, str]]:
    first = {"label": "承办单位考核", "url": f"{reverse('assessment')}?session={sheet.session_id}"}
    return [first, *({"label": label, "url": ""} for label in labels)]
