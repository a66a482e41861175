"""The lamp board (督办看板): open deadlines with lamps, figures, the part that is asked for again, the sheet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from panjin_portal.lib.clock import today
from panjin_portal.lib.pages import in_order, page_by_key
from panjin_portal.lib.sheets import Column
from proposals.board import (
    BUREAU,
    LAMP_LABELS,
    ORDERS,
    PROPOSERS,
    WEEK,
    BoardFilter,
    Counts,
    count_board,
    for_rows,
    grouped,
    rows_with,
)
from proposals.board_columns import BOARD_COLUMNS
from proposals.contested import with_pending
from proposals.errors import NotAllowed
from proposals.exports import in_chunks
from proposals.forms.fields import is_id
from proposals.models import Bureau, Deadline, Event, Session, User
from proposals.permissions import posts_of
from proposals.permissions_board import can_see_board, counted_clocks, sees_whole_board, visible_clocks
from proposals.permissions_supervision import may_urge
from proposals.templatetags.charts import Bar
from proposals.views.access import person
from replies.board_figures import figures_of
from replies.views.exports import NOT_KEPT, in_words
from replies.views.sheet_answers import COUNTED_UP_TO, Export, answer_export

PAGE_SIZE = 30
MOST_BARS = 10


@dataclass
class Asked:
    """The board as one person asked for it. Everything is read once, when it is shown."""

    request: HttpRequest
    user: User
    day: date

    @cached_property
    def clocks(self) -> QuerySet[Deadline]:
        """All open deadlines the person sees."""
        return visible_clocks(self.user)

    @cached_property
    def sessions(self) -> list[Session]:
        """The newest first, with what is contested in them."""
        return list(with_pending(Session.objects.all()))

    @cached_property
    def chosen(self) -> Session | None:
        """The session the board is narrowed to; None for all. Read off the address: the form asks ``everywhere`` while
        it is checked."""
        asked = self.query.get("session", "")
        return next((row for row in self.sessions if str(row.pk) == asked), None) if asked else None

    @cached_property
    def session(self) -> Session | None:
        """The one the board is narrowed to, else the newest: of it are the rate and what is contested."""
        return self.chosen or (self.sessions[0] if self.sessions else None)

    @cached_property
    def everywhere(self) -> Counts:
        """Over the whole board, whatever the filter: who can be chosen."""
        return count_board(counted_clocks(self.user), self.day)

    @cached_property
    def counts(self) -> Counts:
        """Over the board of the chosen session, or the whole; whatever else is filtered. One query more when chosen."""
        if self.chosen is None:
            return self.everywhere
        return count_board(counted_clocks(self.user).filter(proposal__session=self.chosen), self.day)

    @cached_property
    def query(self) -> QueryDict:
        """The parameters of the list itself."""
        query = self.request.GET.copy()
        for name in (*NOT_KEPT, "month"):
            query.pop(name, None)
        return query

    @cached_property
    def found(self) -> BoardFilter:
        """The filter in force."""

        def bureaus() -> list[tuple[int | str, str]]:
            offered: list[tuple[int | str, str]] = [(line.value, line.name) for line in self.everywhere.lines]
            asked = self.query.get("bureau", "")
            if all(value != asked for value, _ in offered):  # it owes nothing, which is an answer and no mistake
                if asked == PROPOSERS:
                    offered.append((PROPOSERS, "提案者"))
                elif is_id(asked):
                    offered += Bureau.objects.filter(pk=asked).values_list("pk", "short_name")
            return offered

        def sessions() -> list[tuple[int, str]]:
            return [(row.pk, row.name) for row in self.sessions]

        return BoardFilter(
            self.query or None, queryset=self.clocks, day=self.day, sessions=cache(sessions), bureaus=cache(bureaus)
        )


def asked_board(request: HttpRequest) -> Asked:
    """What the request asks for. Raises NotAllowed."""
    user = person(request)
    decision = can_see_board(user)
    if not decision:
        raise NotAllowed(decision.reason)
    return Asked(request, user, today())


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The whole page."""
    asked = asked_board(request)
    mark = mark_of(asked)
    context = {**_live(asked), "form": asked.found.form, "reset_url": reverse("board"), "mark": mark}
    response = render(request, "replies/board/page.html", context)
    response["Cache-Control"] = "no-cache, private"
    return response


@login_required
@require_safe
def board_live(request: HttpRequest) -> HttpResponse:
    """The part that changes. 304 while nothing happened since ``If-None-Match``; that costs one query of the board."""
    asked = asked_board(request)
    mark = mark_of(asked)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = render(request, "replies/board/_live.html", _live(asked))
    response["ETag"] = mark
    response["Cache-Control"] = "no-cache, private"
    return response


@login_required
@require_safe
def board_export(request: HttpRequest) -> HttpResponseBase:
    """The board with the filter in force as a sheet."""
    asked = asked_board(request)
    listed: QuerySet[Deadline] = asked.found.qs
    query = asked.query
    back = reverse("board")

    def rows(wanted: Any) -> Any:
        return in_chunks(in_order(for_rows(listed), ORDERS[asked.found.grouping]))

    columns: tuple[Column[Deadline], ...] = BOARD_COLUMNS
    form = asked.found.form
    export = Export(
        title="督办看板",
        columns=columns,
        rows=rows,
        counted=listed.order_by()[: COUNTED_UP_TO + 1].count(),
        back_url=f"{back}?{query.urlencode()}" if query else back,
        kept=[(name, value) for name, values in query.lists() for value in values if value],
        conditions=in_words(form),
        faults=[f"{form[name].label}：{'；'.join(faults)}" for name, faults in form.errors.items()],
    )
    return answer_export(request, export)


def mark_of(asked: Asked) -> str:
    """Names the state of what ``asked`` would show. Every step and every change of a clock or of the calendar writes an
    event, so the last one (one query) stands for all of them; posts and the day stand for the person's rights."""
    last = Event.objects.aggregate(last=Max("pk"))["last"]
    posts = sorted(post.pk for post in posts_of(asked.user))
    words = f"{asked.user.pk}|{asked.user.is_superuser}|{posts}|{asked.day}|{last}|{asked.request.GET.urlencode()}"
    return f'"{hashlib.sha256(words.encode()).hexdigest()[:32]}"'


def _live(asked: Asked) -> dict[str, Any]:
    found, counts = asked.found, asked.counts
    listed: QuerySet[Deadline] = found.qs
    leaves_proposers_out = found.grouping == BUREAU and asked.query.get("bureau") != PROPOSERS
    if leaves_proposers_out:
        listed = listed.filter(bureau__isnull=False)  # an order with empty values in front would need a sort of all
    page = page_by_key(
        listed,
        order=ORDERS[BUREAU if leaves_proposers_out else WEEK],
        key=asked.request.GET.get("key"),
        size=PAGE_SIZE,
        filled=("bureau",),
        read=rows_with,
    )
    is_filtered = any(asked.query.get(name) for name in found.filters if name != "group")
    total = sum(line.total for line in counts.lines)
    apart = sum(line.total for line in counts.lines if line.key is None)
    if is_filtered:
        counted: QuerySet[Deadline] = found.filter_queryset(counted_clocks(asked.user))
        owners = list(counted.order_by().values_list("bureau", flat=True)[: COUNTED_UP_TO + 1])
        total, apart = len(owners), sum(owner is None for owner in owners)
    if not leaves_proposers_out:
        apart = 0
    late = [line for line in counts.lines if line.counts["overdue"]]
    return {
        "asked": asked,
        "day": asked.day,
        "groups": grouped(page.items, found.grouping, asked.day),
        "lines": counts.lines,
        "lamps": LAMP_LABELS,
        "bars": [Bar(line.name, line.counts["overdue"]) for line in late[:MOST_BARS]],
        "figures": figures_of(asked.user, counts, asked.day, asked.session, chosen=asked.chosen),
        "is_whole": sees_whole_board(asked.user),
        "apart": apart,
        "apart_url": _address(asked, None, bureau=PROPOSERS),
        "is_filtered": is_filtered,
        "may_urge": may_urge(asked.user).allowed,
        "note": f"超过 {COUNTED_UP_TO} 项" if total > COUNTED_UP_TO else f"共 {total - apart} 项",
        "next_url": _address(asked, page.next_key) if page.next_key else "",
        "previous_url": _address(asked, page.previous_key) if page.previous_key else "",
        "query": asked.query.urlencode(),
        "live_url": f"{reverse('board-live')}?{asked.request.GET.urlencode()}",
    }


def _address(asked: Asked, key: str | None, **other: str) -> str:
    """The list as it is asked for, from another row on, or with ``other`` conditions."""
    query = asked.query.copy()
    query.pop("key", None)
    for name, value in (other | ({"key": key} if key else {})).items():
        query[name] = value
    return f"{reverse('board')}?{query.urlencode()}"
