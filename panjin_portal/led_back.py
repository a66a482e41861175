"""A person who comes by GET to an address that only a button may ask: after a log-in that ran out under the button, by
reload, by the address bar. He is led to the page of the button. A script gets 405 as before."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

NOT_ALLOWED = 405
NOT_DONE = "刚才那一步还没有办理，没有作任何改动；需要的话请在这里再按一次按钮。"
# Address to the page where its button stands. That page checks for itself who may see it.
PAGES = {
    "login-end": "login-list",
    "login-end-others": "login-list",
    "notice-read-all": "notice-list",
    "cover-end": "cover-list",
    "calendar-link-revoke": "calendar-link",
    "assessment-open": "assessment",
    "admin:operations-retry": "admin:operations",
    "admin:logout": "admin:index",
}
PAGES_OF_A_ROW = {
    "document-make": "document-detail",
    "proposal-autosave": "proposal-edit",
    "proposal-length": "proposal-edit",
    "proposal-similar": "proposal-edit",
    "proposal-log-autosave": "proposal-log",
    "proposal-report-autosave": "proposal-report",
    "log-correct-autosave": "log-correct",
    "slip-autosave": "slip-answer",
    "reply-autosave": "reply-edit",
    "opinion-autosave": "opinion-edit",
}


class LedBackMiddleware:
    """Turns 405 to a person's GET into the way to the page of the button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the answer; nothing was done, so nothing is lost by leading away."""
        response = self.get_response(request)
        is_person = request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("Accept", "")
        if response.status_code != NOT_ALLOWED or not is_person:
            return response
        if request.user.is_authenticated:
            messages.info(request, NOT_DONE)
        return redirect(page_of_button(request))


def page_of_button(request: HttpRequest) -> str:
    """Where the button of this address stands; 我的待办 where only scripts or every page ask for it."""
    match = request.resolver_match
    name = match.view_name if match else ""
    if match and name in PAGES_OF_A_ROW:
        return reverse(PAGES_OF_A_ROW[name], args=[match.kwargs["pk"]])
    session = f"?session={match.kwargs['session']}" if match and "session" in match.kwargs else ""
    return reverse(PAGES.get(name, "work")) + session
