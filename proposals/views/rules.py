"""期限试算 and the working-day calendar, for the two offices and administrators."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from proposals.errors import NotAllowed
from proposals.forms.trial import TrialForm
from proposals.models import Proposal, Session, User, Workday
from proposals.permissions_calendar import can_see_rules
from proposals.services.calendar import known_until, load_calendar
from proposals.services.calendar_warning import ends_soon, in_words
from proposals.services.trial import trial
from proposals.views.access import person

FIRST_YEAR, LAST_YEAR = 2004, 2100


def _keeper(request: HttpRequest) -> User:
    """Who asks. Raises NotAllowed."""
    user = person(request)
    decision = can_see_rules(user)
    if not decision:
        raise NotAllowed(decision.reason)
    return user


@login_required
@require_safe
def deadline_trial(request: HttpRequest) -> HttpResponse:
    """The rules of a session with what they are counted from, and what each gives for a chosen day."""
    user = _keeper(request)
    session = Session.objects.order_by("-is_open", "-term", "-number").first()
    first: dict[str, Any] = {"session": session, "kind": Proposal.Kind.SESSION, "day": today()}
    form = TrialForm(request.GET or None, initial=first)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {} if form.is_bound else first
    calendar = load_calendar()
    lines = trial(chosen["session"], chosen["kind"], chosen["day"], calendar) if chosen.get("session") else []
    context = {
        "form": form,
        "lines": lines,
        "chosen": chosen,
        "known_until": calendar.known_until,
        "note": in_words(calendar.known_until) if ends_soon(calendar.known_until, today()) else "",
        "reset_url": reverse("deadline-trial"),
        "may_change": user.is_superuser,
    }
    return render(request, "proposals/calendar/trial.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def workday_calendar(request: HttpRequest) -> HttpResponse:
    """The holidays and make-up days of one year, and until when they are known."""
    user = _keeper(request)
    known = known_until()
    year = _year(request.GET.get("year", ""))
    days = list(Workday.objects.filter(date__year=year).order_by("date"))
    context = {
        "year": year,
        "days": days,
        "is_known": known is not None and date(year, 12, 31) <= known and bool(days),
        "known_until": known,
        "note": in_words(known) if ends_soon(known, today()) else "",
        "may_change": user.is_superuser,
        "years": [number for number in (year - 1, year + 1) if FIRST_YEAR <= number <= LAST_YEAR],
    }
    return render(request, "proposals/calendar/year.html", context)


def _year(text: str) -> int:
    """The year asked for; this year for what is none."""
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return asked if FIRST_YEAR <= asked <= LAST_YEAR else today().year
