"""The page of one's own calendar link, and what is behind the link."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from panjin_portal.lib.clock import now, today
from proposals.board import for_rows
from proposals.ical import MEDIA_TYPE, calendar_of
from proposals.permissions_board import visible_clocks
from proposals.services.calendar_feeds import live_feed, make_feed, reader_of, revoke_feed
from proposals.views.access import person
from proposals.views.feed_rate import too_many_feeds

PAST_DAYS, MOST_EVENTS = 90, 1000


@login_required
@require_http_methods(["GET", "POST"])
def calendar_link(request: HttpRequest) -> HttpResponse:
    """Whether there is a link; POST makes a new one and shows it, this once."""
    user = person(request)
    address = ""
    if request.method == "POST":
        address = settings.PUBLIC_BASE_URL + reverse("calendar-feed", args=[make_feed(user)])
    context = {"feed": live_feed(user), "address": address, "most": MOST_EVENTS, "past": PAST_DAYS}
    response = render(request, "base/calendar_link.html", context)
    # Its own address is no secret; without a referrer browsers send no origin with the form, which is then refused.
    response["Cache-Control"] = "no-store, private"
    return response


@login_required
@require_POST
def calendar_link_revoke(request: HttpRequest) -> HttpResponse:
    """Take the link back."""
    done = revoke_feed(person(request))
    messages.success(request, "订阅链接已作废，日历程序不能再用它读取。" if done else "没有在用的订阅链接。")
    return redirect("calendar-link")


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the owner of the link may see at this moment, as an iCalendar file. No log-in: the address is the secret."""
    refused = too_many_feeds(request)
    if refused is not None:
        return refused
    user = reader_of(token)
    if user is None:
        raise Http404("没有这个订阅链接。")
    rows = visible_clocks(user).filter(due_on__gte=today() - timedelta(days=PAST_DAYS))
    file = calendar_of(
        for_rows(rows).order_by("due_on", "id")[:MOST_EVENTS],
        name=f"{settings.SITE_NAME}：期限",
        base_url=settings.PUBLIC_BASE_URL,
        moment=now(),
    )
    response = HttpResponse(file, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return _secret(response)


def _secret(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
