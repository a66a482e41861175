"""The landing page after log-in: what I owe."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from proposals.models import Role, User
from proposals.permissions import can_file, can_see_contested, has_role, posts_of
from proposals.permissions_calendar import can_see_rules
from proposals.permissions_cosigning import can_see_cosignable
from proposals.services.calendar_warning import calendar_note
from proposals.services.clerks import may_cover
from replies.permissions_bundles import can_ask
from replies.services.importing import may_import
from replies.worklist import work_of

SHOWN = 30  # nearest first; nobody reads further down, and the page stays as quick for a big bureau as for a small one


@login_required
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person, by due date, each with its next step; then what he waits for."""
    user = cast(User, request.user)
    found = work_of(user)
    shown = found.owed if request.GET.get("all") else found.owed[:SHOWN]
    context = {
        "owed": shown,
        "owed_count": len(found.owed),
        "more_owed": len(found.owed) - len(shown),
        "waiting": found.waiting,
        "more_waiting": found.more_waiting,
        "late": found.late_on(today()),
        "today": today(),
        "posts": posts_of(user),
        "calendar_note": calendar_note(user),
        "sees_rules": can_see_rules(user).allowed,
        "may_cover": may_cover(user).allowed,
        "sees_contested": can_see_contested(user).allowed,
        "may_assign": has_role(user, Role.OFFICE_STAFF),
        "may_file": can_file(user).allowed,
        "may_cosign": can_see_cosignable(user).allowed,
        "may_bundle": can_ask(user).allowed,
        "may_import": may_import(user).allowed,
    }
    return render(request, "base/work.html", context)
