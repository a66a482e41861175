"""The page that tells one case."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from proposals.permissions import visible_proposals


@login_required
@require_safe
def proposal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: where it stands, what comes next, and everything this person may read of it."""
    proposal = get_object_or_404(visible_proposals(request.user).select_related("session"), pk=pk)
    return render(request, "replies/case/detail.html", {"proposal": proposal})
