"""The page of one deadline's reminders."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from proposals.errors import NotAllowed
from proposals.permissions_reminders import can_see_reminders
from proposals.reminder_history import delivery_of, next_of, said_of
from proposals.services.calendar import load_calendar
from proposals.views.access import find_deadline, person


@login_required
@require_safe
def deadline_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """Which reminders went to whom, when and by which way, and which comes next."""
    deadline = find_deadline(request, pk)
    decision = can_see_reminders(person(request), deadline)
    if not decision:
        raise NotAllowed(decision.reason)
    context = {
        "deadline": deadline,
        "whose": deadline.bureau or deadline.proposer,
        "next": next_of(deadline, after=today(), calendar=load_calendar()),
        "said": [(one, [(row, delivery_of(row)) for row in one.rows]) for one in said_of(deadline)],
    }
    return render(request, "proposals/deadline_reminders.html", context)
