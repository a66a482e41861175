"""The user's manual inside the product."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from proposals.notice_kinds import KINDS
from proposals.permissions import posts_of


@login_required
@require_safe
def manual(request: HttpRequest) -> HttpResponse:
    """How each role does its part; the reader's own roles come first."""
    mine = {post.role for post in posts_of(request.user)}
    return render(request, "base/manual.html", {"mine": mine, "notice_kinds": KINDS.values()})
