"""The statistics page: blocks of figures as chart and table, each number a link to its cases, each table a sheet."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from panjin_portal.lib.sheets import Cell, Column
from proposals.errors import NotAllowed
from proposals.models import Bureau, Role, Session
from proposals.permissions import bureaus_of, can_see_statistics, has_role
from proposals.views.access import person
from replies.forms.statistics import ScopeForm
from replies.statistics import Scope
from replies.views.figures import BLOCKS, Line, all_blocks, one_block
from replies.views.sheet_answers import send_sheet


@login_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """All blocks, over the cases the person may see, of the newest session unless another is chosen."""
    form, scope, is_whole = _asked(request)
    total, blocks = all_blocks(scope, list(form.bureaus.values()))
    context = {
        "form": form,
        "total": total,
        "blocks": blocks,
        "query": request.GET.urlencode(),
        "is_whole": is_whole,
        "session": scope.session,
        "bureau": scope.bureau,
        "day": scope.day,
    }
    return render(request, "replies/statistics/page.html", context)


@login_required
@require_safe
def statistics_export(request: HttpRequest, block: str) -> HttpResponseBase:
    """The table of one block as a sheet."""
    form, scope, _ = _asked(request)
    if block not in BLOCKS:
        raise Http404("没有这张表。")
    found = one_block(block, scope, list(form.bureaus.values()))
    columns = [Column(str(place), label, _cell(place), 14 if place else 30) for place, label in enumerate(found.head)]
    return send_sheet(request, title=f"统计（{found.title}）", columns=columns, rows=found.lines)


def _cell(place: int) -> Callable[[Line], Cell]:
    return lambda line: line.values[place]


def _asked(request: HttpRequest) -> tuple[ScopeForm, Scope, bool]:
    """The form (it offers the bureaus whose rows the person gets), what is to be counted, and whether that is all
    there is. Raises NotAllowed."""
    user = person(request)
    decision = can_see_statistics(user)
    if not decision:
        raise NotAllowed(decision.reason)
    sees_all = user.is_superuser or has_role(user, Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)
    bureaus = Bureau.objects.filter(kind=Bureau.Kind.BUREAU)
    if not sees_all:
        bureaus = bureaus.filter(pk__in=bureaus_of(user))
    form = ScopeForm(request.GET.dict(), list(Session.objects.all()), list(bureaus))
    session, bureau = form.chosen()
    return form, Scope(user, today(), session, bureau), sees_all
