"""The portal's addresses and one more: the least a signed-in page can cost here."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from panjin_portal.urls import urlpatterns as portal


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """All middleware, the session and the user; nothing else."""
    return HttpResponse(f"<!doctype html><title>{request.user.pk}</title>")


urlpatterns = [path("bench-floor/", floor, name="bench-floor"), *portal]
