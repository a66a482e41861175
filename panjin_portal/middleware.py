"""Middleware of the portal itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from panjin_portal.lib.clock import now

SEEN = "_seen"
EVERY_SECONDS = 60


class IdleSessionMiddleware:
    """Lets a session end after ``SESSION_IDLE_MINUTES`` without a request, not so long after log-in.

    Django would write the session row at every request (``SESSION_SAVE_EVERY_REQUEST``). Once a minute is enough,
    and keeps the other pages free of that write.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the session of a signed-in person as changed when its last mark is a minute old."""
        if request.user.is_authenticated:
            moment = int(now().timestamp())
            seen = request.session.get(SEEN)
            if not isinstance(seen, int) or abs(moment - seen) >= EVERY_SECONDS:
                request.session[SEEN] = moment
        return self.get_response(request)


class PrivateAnswersMiddleware:
    """Keeps what a signed-in person gets out of shared caches: an answer that says nothing of its own about caching is
    private and asked for anew each time.

    Not ``no-store``: with it the browser would forget the page behind the back button, and the words typed there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer; who asks is known before the view runs, for log-out changes it."""
        is_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        if (is_signed_in or request.user.is_authenticated) and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response
