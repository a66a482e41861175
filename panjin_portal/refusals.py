"""Refusals of the services become pages: 403 with the reason, 409 with what happened, never a 500."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from proposals.errors import NotAllowed, PortalError


class PortalErrorMiddleware:
    """Answers a ``PortalError`` no view caught. A script (fetch) gets JSON, a person a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in ``process_exception``."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal; None for anything else."""
        if not isinstance(exception, PortalError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"message": exception.message}, status=exception.status)
        template = "errors/403.html" if isinstance(exception, NotAllowed) else "errors/409.html"
        context = {"reason": exception.message, "message": exception.message}
        return render(request, template, context, status=exception.status)
