"""Middleware of the portal itself."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from panjin_portal.lib.clock import now
from panjin_portal.lib.visitors import browser_in_words, shortened
from panjin_portal.proxy import address_of
from proposals.models import User
from proposals.models.logins import ADDRESS, BEGUN, BROWSER, SEEN

EVERY_SECONDS = 60
POLLED = "X-Polled"  # scripts that ask by themselves, without a person, say so in this header
# What a person may do before he has chosen a password of his own.
BEFORE_NEW_PASSWORD = ("password-change", "logout", "healthz", "manual")


class SessionLifeMiddleware:
    """Ends a session after ``SESSION_IDLE_MINUTES`` without a request of the person, and after ``SESSION_MAX_HOURS`` in
    any case. What a page asks by itself (the board that keeps itself fresh, the bar of an import) is no sign of one.

    Django would write the session row at every request (``SESSION_SAVE_EVERY_REQUEST``). Once a minute is enough,
    and keeps the other pages free of that write. The same write tells when and where the session was used, for the
    page on which its owner looks at his log-ins.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Before the view: end an old session, mark a running one. After it: begin one that was just opened."""
        if request.user.is_authenticated:
            if _is_over(request):
                logout(request)
            elif POLLED not in request.headers:
                _mark(request)
        response = self.get_response(request)
        if request.user.is_authenticated and BEGUN not in request.session:
            request.session.set_expiry(None)  # an anonymous session that kept somebody's words lives longer
            _mark(request)
        return response


def _is_over(request: HttpRequest) -> bool:
    begun = request.session.get(BEGUN)
    return (
        isinstance(begun, int)
        and now().timestamp() - begun >= timedelta(hours=settings.SESSION_MAX_HOURS).total_seconds()
    )


def _mark(request: HttpRequest) -> None:
    moment, session = int(now().timestamp()), request.session
    seen = session.get(SEEN)
    if BEGUN in session and isinstance(seen, int) and abs(moment - seen) < EVERY_SECONDS:
        return
    session.setdefault(BEGUN, moment)
    session[SEEN] = moment
    session[ADDRESS] = shortened(address_of(request))
    session[BROWSER] = browser_in_words(request.headers.get("User-Agent") or "")


class NewPasswordMiddleware:
    """Leads a person whose password an administrator has set to the page where he chooses his own, and back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Redirect whatever is asked, but for the few addresses he needs for it."""
        user = request.user
        if isinstance(user, User) and user.must_change_password:
            free = {reverse(name) for name in BEFORE_NEW_PASSWORD}
            if request.path not in free and not request.path.startswith("/public/"):
                back = request.get_full_path() if request.method == "GET" else reverse("work")
                return redirect(f"{reverse('password-change')}?{urlencode({'next': back})}")
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
