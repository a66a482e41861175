"""Refusals of the services become pages: 403 with the reason, 409 with what happened, never a 500."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from panjin_portal.typed import typed_texts
from proposals.errors import EditConflict, NotAllowed, OutOfSight, OutOfTurn, PortalError, StateChanged, TextSigned
from proposals.models import Assignment

# Addresses that name an assignment, and those that name a reply although they are called otherwise.
OF_ASSIGNMENT = {
    *("assignment-accept", "assignment-withdraw", "reply-start"),
    *("opinion-edit", "opinion-submit", "opinion-sign", "opinion-withdraw"),
}
OF_REPLY = {"publication-prepare", "import-confirm", "import-source"}
OF_PROPOSAL = {"consultation-new"}
OF_FILE = {"slip-file", "log-file", "consultation-file"}  # their key is the file's own
BIGGEST_KEY = BigIntegerField.MAX_BIGINT
KINDS = ("proposal", "reply", "publication", "slip", "log", "promise", "consultation", "award", "package")
PAGE_OF = {kind: f"{kind}-detail" for kind in KINDS}


class PortalErrorMiddleware:
    """Answers a ``PortalError`` no view caught. A script (fetch) gets JSON, a person a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; the work is in ``process_exception``."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]) -> None:
        """A number no row can have for a key is nobody's: databases fail on it instead of finding nothing."""
        if any(isinstance(key, int) and key > BIGGEST_KEY for key in kwargs.values()):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal; None for anything else."""
        if not isinstance(exception, PortalError):
            return None
        if request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"message": exception.message}, status=exception.status)
        template = "errors/403.html" if isinstance(exception, NotAllowed) else "errors/409.html"
        context = {
            "reason": exception.message,
            "message": exception.message,
            "back_url": "" if isinstance(exception, OutOfSight) else way_back(request),
            "typed": typed_texts(request),
            "has_changed": has_changed(request, exception),
        }
        return render(request, template, context, status=exception.status)


def has_changed(request: HttpRequest, refusal: PortalError) -> bool:
    """Whether ``refusal`` is of a page that somebody overtook, and not of a step that was never to be had."""
    if isinstance(refusal, OutOfTurn):
        return request.method == "POST"
    return isinstance(refusal, StateChanged | EditConflict | TextSigned)


def way_back(request: HttpRequest) -> str:
    """The page that shows how the refused thing stands now, "" when the address does not tell. That page checks for
    itself who may see it; here nothing but the address is used."""
    match = request.resolver_match
    name, pk = (match.url_name or "", match.kwargs.get("pk")) if match else ("", None)
    if name == "proposal-new":
        return reverse("proposal-list")
    if name.startswith("import-item-"):
        return reverse("import-item", args=[pk])
    if pk is None or name in PAGE_OF.values() or name in OF_FILE:
        return ""
    if name in OF_ASSIGNMENT:
        proposal = Assignment.objects.filter(pk=pk).values_list("proposal_id", flat=True).first()
        return reverse("proposal-detail", args=[proposal]) if proposal else ""
    if name in OF_PROPOSAL:
        return reverse("proposal-detail", args=[pk])
    page = "reply-detail" if name in OF_REPLY else PAGE_OF.get(name.partition("-")[0], "")
    return reverse(page, args=[pk]) if page else ""
