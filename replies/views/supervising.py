"""Supervision where it needs both floors: the list of slips as a sheet, and a slip about a promise."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from proposals.permissions_supervision import may_issue_slip
from proposals.services.locking import insist
from proposals.services.slips import Subject, bureaus_at_work
from proposals.supervision_lists import SLIP_COLUMNS, SLIP_ORDER
from proposals.views.slips import asked_slips, issue_page
from replies.views.exports import NOT_KEPT, in_words
from replies.views.lookups import person
from replies.views.promises import visible_promise
from replies.views.sheet_answers import COUNTED_UP_TO, Export, answer_export


@login_required
@require_safe
def slip_export(request: HttpRequest) -> HttpResponseBase:
    """The list of slips with the filter in force as a sheet."""
    found = asked_slips(request)
    query = request.GET.copy()
    for name in NOT_KEPT:
        query.pop(name, None)
    export = Export(
        title="督办单",
        columns=SLIP_COLUMNS,
        rows=lambda wanted: found.qs.order_by(*SLIP_ORDER).iterator(chunk_size=1000),
        counted=found.qs.order_by()[: COUNTED_UP_TO + 1].count(),
        back_url=f"{reverse('slip-list')}?{query.urlencode()}" if query else reverse("slip-list"),
        kept=[(name, value) for name, values in query.lists() for value in values],
        conditions=in_words(found.form),
        faults=[f"{found.form[name].label}：{'；'.join(faults)}" for name, faults in found.form.errors.items()],
    )
    return answer_export(request, export)


@login_required
@require_http_methods(["GET", "POST"])
def promise_slip(request: HttpRequest, pk: int) -> HttpResponse:
    """发督办单 about a promise, to the bureau that owes it where it is at work on the case."""
    user = person(request)
    promise = visible_promise(user, pk)
    insist(may_issue_slip(user, promise.proposal))
    bureaus = bureaus_at_work(promise.proposal)
    owner = [bureau for bureau in bureaus if bureau.pk == promise.bureau_id]
    subject = Subject(f"承诺：{promise.text}", reverse("promise-detail", args=[pk]))
    return issue_page(request, user, promise.proposal, owner or bureaus, subject)
