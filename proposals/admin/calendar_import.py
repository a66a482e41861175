"""The pages that import a year's holiday notice: choose a file, look at what it changes, confirm."""

from __future__ import annotations

import io
from typing import IO, TYPE_CHECKING, Any, cast

from django import forms
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import MEDIA_TYPE, Column, write_sheet
from panjin_portal.lib.small_tables import read_table
from panjin_portal.lib.uploads import UploadRefused
from proposals.admin.base import actor_of, tell
from proposals.admin.previewing import said_of
from proposals.holiday_notice import TEMPLATE_HEAD, Notice, read_notice
from proposals.services.calendar import load_calendar
from proposals.services.calendar_import import (
    Preview,
    StalePreview,
    as_plain,
    from_plain,
    import_notice,
    preview_import,
)
from proposals.services.reckoning_told import told_moves

if TYPE_CHECKING:
    from proposals.admin.calendar import WorkdayAdmin

SALT = "proposals.admin.calendar_import"
# The notice for 2026 in the shape the import reads: facts, as an example to overwrite.
EXAMPLE = (
    ("2026-01-01至2026-01-03", "放假", "元旦"),
    ("2026-01-04", "上班", "元旦调休"),
    ("2026-02-15至2026-02-23", "放假", "春节"),
    ("2026-02-14、2026-02-28", "上班", "春节调休"),
    ("2026-04-04至2026-04-06", "放假", "清明节"),
    ("2026-05-01至2026-05-05", "放假", "劳动节"),
    ("2026-05-09", "上班", "劳动节调休"),
    ("2026-06-19至2026-06-21", "放假", "端午节"),
    ("2026-09-25至2026-09-27", "放假", "中秋节"),
    ("2026-10-01至2026-10-07", "放假", "国庆节"),
    ("2026-09-20、2026-10-10", "上班", "国庆节调休"),
)


class NoticeForm(forms.Form):
    """Which year, and the table."""

    year = forms.IntegerField(label="年份", min_value=2000, max_value=2100)
    file = forms.FileField(label="放假安排（CSV 或 XLSX）", max_length=200)


def import_page(page: WorkdayAdmin, request: HttpRequest) -> HttpResponse:
    """Three things at one address: the form, the preview of a file, the confirmed import."""
    if request.method == "POST" and "notice" in request.POST:
        return _confirmed(page, request)
    is_sent = request.method == "POST"
    data, files = (request.POST, request.FILES) if is_sent else (None, None)
    form = NoticeForm(data, files, initial={"year": _next_year()})
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            notice = read_notice(read_table(cast(IO[bytes], file), file.name or ""), form.cleaned_data["year"])
        except UploadRefused as refusal:
            form.add_error("file", refusal.message)
        else:
            return _preview(page, request, preview_import(notice) if notice.is_usable else None, notice)
    context = {"form": form, "known_until": load_calendar().known_until}
    return _answer(page, request, "导入年度放假安排", "import", context, status=400 if form.errors else 200)


@require_safe
def template_file(request: HttpRequest) -> FileResponse:
    """A table to fill in, as XLSX."""
    columns = [
        Column(head, head, lambda row, place=place: row[place], width)
        for place, (head, width) in enumerate(zip(TEMPLATE_HEAD, (30, 10, 20), strict=True))
    ]
    file = io.BytesIO()
    write_sheet(file, title="放假安排", columns=columns, rows=EXAMPLE, most=len(EXAMPLE))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="放假安排模板.xlsx", content_type=MEDIA_TYPE)


def _next_year() -> int:
    known = load_calendar().known_until
    return known.year + 1 if known else today().year


def _confirmed(page: WorkdayAdmin, request: HttpRequest) -> HttpResponse:
    try:
        notice = from_plain(signing.loads(request.POST["notice"], salt=SALT))
    except (signing.BadSignature, TypeError, ValueError, KeyError):
        tell(request, "预览已失效，没有导入。请重新选择文件。")
        return redirect("admin:proposals_workday_import")
    try:
        done = import_notice(actor_of(request), notice=notice, seen=request.POST.get("seen", ""))
    except StalePreview as stale:
        return _preview(page, request, stale.preview, notice, is_stale=True)
    told = said_of(done.plan) if done.plan.is_worth_a_look else "没有期限变动。"
    tell(request, f"已载入{notice.year}年放假安排。{told}")
    return redirect("admin:proposals_workday_changelist")


def _preview(
    page: WorkdayAdmin, request: HttpRequest, preview: Preview | None, notice: Notice, *, is_stale: bool = False
) -> HttpResponse:
    context: dict[str, Any] = {"notice": notice, "preview": preview, "is_stale": is_stale}
    if preview is not None:
        context |= {
            "plan": preview.plan,
            "moves": told_moves(preview.plan, today=today()),
            "payload": signing.dumps(as_plain(notice), salt=SALT, compress=True),
            "seen": preview.digest,
        }
    title = f"核对{notice.year}年放假安排"
    status = 409 if is_stale else 200 if preview is not None else 400
    return _answer(page, request, title, "preview", context, status=status)


def _answer(
    page: WorkdayAdmin, request: HttpRequest, title: str, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    wide = {**page.admin_site.each_context(request), "title": title, "opts": page.opts, **context}
    return TemplateResponse(request, f"admin/proposals/workday/{name}.html", wide, status=status)
