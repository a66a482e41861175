"""Every list as a sheet with chosen columns: the cases in the list, one's work, one's notices, what is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.bigrams import words_of
from panjin_portal.lib.pages import in_order
from panjin_portal.lib.sheets import Column
from proposals.exports import NOTICE_COLUMNS, in_chunks
from proposals.models import Notice, Proposal
from proposals.permissions import can_see_statistics, visible_proposals
from proposals.queries import with_nearest_deadline
from proposals.views.access import person
from replies.exports import CASE_COLUMNS, PUBLIC_COLUMNS, RATING_COLUMNS, WORK_COLUMNS, cases_for
from replies.filters import CaseFilter
from replies.forms.searching import PublicSearchForm
from replies.models import Publication
from replies.search import MOST_HITS, best_publications
from replies.views.rates import too_many_sheets
from replies.views.sheet_answers import COLUMN, COUNTED_UP_TO, DO, Condition, Export, answer_export
from replies.workflow import PublicationState
from replies.worklist import work_of

NOT_KEPT = {COLUMN, DO, "key", "page"}
EARLIEST_YEAR, LATEST_YEAR = 1949, 9998


@login_required
@require_safe
def proposal_export(request: HttpRequest) -> HttpResponseBase:
    """The list of proposals with the filter in force, as far as the person may see them."""
    user = person(request)
    kept = _kept(request.GET)
    query = QueryDict(mutable=True)
    for name, value in kept:
        query.appendlist(name, value)
    cases = with_nearest_deadline(visible_proposals(user))
    found = CaseFilter(query or None, queryset=cases, request=request)
    columns = (*CASE_COLUMNS, *RATING_COLUMNS) if can_see_statistics(user) else CASE_COLUMNS
    listed: QuerySet[Proposal] = found.qs

    def rows(wanted: Sequence[Column[Proposal]]) -> QuerySet[Proposal]:
        return cases_for(user, in_order(listed, found.order()), wanted)

    export = Export(
        title="提案列表",
        columns=columns,
        rows=lambda wanted: in_chunks(rows(wanted)),
        counted=listed.order_by()[: COUNTED_UP_TO + 1].count(),
        back_url=f"{reverse('proposal-list')}?{query.urlencode()}" if query else reverse("proposal-list"),
        kept=kept,
        conditions=in_words(found.form),
        faults=[f"{found.form[name].label}：{'；'.join(faults)}" for name, faults in found.form.errors.items()],
    )
    return answer_export(request, export)


@login_required
@require_safe
def work_export(request: HttpRequest) -> HttpResponseBase:
    """What one owes and what one waits for."""
    work = work_of(person(request))
    lines = (*work.owed, *work.waiting)
    export = Export("我的待办", WORK_COLUMNS, lambda wanted: lines, len(lines), reverse("work"))
    return answer_export(request, export)


@login_required
@require_safe
def notice_export(request: HttpRequest) -> HttpResponseBase:
    """One's own notices, the newest first."""
    mine = Notice.objects.filter(recipient=person(request)).order_by("-id")
    export = Export(
        title="通知",
        columns=NOTICE_COLUMNS,
        rows=lambda wanted: in_chunks(mine),
        counted=mine[: COUNTED_UP_TO + 1].count(),
        back_url=reverse("notice-list"),
    )
    return answer_export(request, export)


@require_safe
def public_export(request: HttpRequest) -> HttpResponseBase:
    """What is published, of one year where ``year`` is given and with the words of ``q``, as the list shows it; for
    everybody, so from published records only."""
    refused = too_many_sheets(request) if request.GET.get(DO) == "file" else None
    if refused is not None:
        return refused
    listed = Publication.objects.filter(state=PublicationState.PUBLISHED)
    kept: list[tuple[str, str]] = []
    given = request.GET.get("year") or ""
    if given:
        year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else 0
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise Http404("没有这一年。")
        listed = listed.filter(published_on__gte=date(year, 1, 1), published_on__lt=date(year + 1, 1, 1))
        kept = [("year", given)]
    form = PublicSearchForm(request.GET)
    query = form.cleaned_data["q"].strip() if form.is_valid() else ""
    if query:
        listed = listed.filter(pk__in=best_publications(listed, words_of(query))[:MOST_HITS])
        kept.append(("q", query))
    rows = in_order(listed.select_related("bureau").defer("letter"), ("-published_on", "-id"))
    export = Export(
        title="市政协提案答复目录",
        columns=PUBLIC_COLUMNS,
        rows=lambda wanted: in_chunks(rows),
        counted=listed.order_by()[: COUNTED_UP_TO + 1].count(),
        back_url=_public_address(given, query),
        kept=kept,
        conditions=[Condition(label, value) for label, value in (("年份", given), ("字词", query)) if value],
        faults=[str(fault) for fault in form.errors.get("q", [])],
        shell="base/public.html",
    )
    return answer_export(request, export)


def _public_address(year: str, query: str) -> str:
    """The public list the person came from."""
    address = reverse("public-year", args=[year]) if year else reverse("public-list")
    return f"{address}?{urlencode({'q': query})}" if query else address


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """The parameters of the list itself: not its page, not the choice of columns."""
    return [(name, value) for name, values in query.lists() if name not in NOT_KEPT for value in values if value]


def in_words(form: forms.Form) -> list[Condition]:
    """What the filter asks for, in the words of its fields."""
    if not form.is_bound or not form.is_valid():
        return []
    found = []
    for field in form:
        value = form.cleaned_data.get(field.name)
        if value in (None, ""):
            continue
        found.append(Condition(str(field.label), _value_in_words(field.field, value)))
    return found


def _value_in_words(field: forms.Field, value: object) -> str:
    """A value as the field offers it."""
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels: list[tuple[object, object]] = list(field.choices)  # type: ignore[arg-type]
        return next((str(label) for key, label in labels if str(key) == str(value)), str(value))
    return str(value)
