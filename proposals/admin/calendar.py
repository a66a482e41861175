"""The working-day calendar: one day corrected, a year's notice imported. Both show first which deadlines move."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path

from panjin_portal.lib.clock import today
from proposals.admin.calendar_import import import_page, template_file
from proposals.admin.previewing import PreviewingAdmin
from proposals.models import Workday
from proposals.services.calendar import load_calendar, year_is_known
from proposals.services.reckoning_told import left_on_days_off

FIRST_YEAR, LAST_YEAR = 2000, 2100  # as the import of a year's notice


class WorkdayForm(forms.ModelForm[Workday]):
    """A day of our time that has no row yet."""

    class Meta:
        error_messages = {"date": {"unique": "这一天已经登记过，请在列表里找到它再修改。"}}

    def clean_date(self) -> date:
        """A mistyped year is said at its field."""
        day: date = self.cleaned_data["date"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间，请核对。")
        return day


@admin.register(Workday)
class WorkdayAdmin(PreviewingAdmin[Workday]):
    """Holidays and make-up days."""

    form = WorkdayForm
    told_fields = ("date", "is_working", "name", "is_confirmed")
    list_display = ("date", "is_working", "name", "is_confirmed")
    list_filter = ("is_working", "is_confirmed")
    search_fields = ("name", "date__exact")
    date_hierarchy = "date"
    ordering = ("-date",)
    fields = ("date", "is_working", "name")

    def get_urls(self) -> list[URLPattern]:
        """With the two pages of the import."""
        own = [
            path("import/", self.admin_site.admin_view(self.import_view), name="proposals_workday_import"),
            path("template/", self.admin_site.admin_view(template_file), name="proposals_workday_template"),
        ]
        return [*own, *super().get_urls()]

    def import_view(self, request: HttpRequest) -> Any:
        """Import the notice of a year."""
        return import_page(self, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """With the last known day above the list, and the days set by hand nobody works on."""
        calendar = load_calendar()
        known = {"known_until": calendar.known_until, "left": left_on_days_off(calendar, today=today())}
        return super().changelist_view(request, {**known, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Workday, form: Any, change: bool) -> None:
        """A single day makes no year known: it counts as announced when its year is."""
        obj.is_confirmed = year_is_known(obj.date.year)
        super().save_model(request, obj, form, change)

    def after_changes(self, request: HttpRequest, rows: list[Workday]) -> None:
        """Reckon the running deadlines anew, once they were looked at."""
        days = "、".join(f"{row.date:%Y-%m-%d}" for row in rows[:3]) + ("等" if len(rows) > 3 else "")
        calendar = load_calendar()
        days_off = {row.date for row in rows if not calendar.is_working(row.date)}
        self.settle(request, because=f"工作日历调整（{days}）", scope=None, days_off=days_off)
