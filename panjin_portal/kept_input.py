"""Words that were sent and could not be taken, because the log-in had run out or the form's token was old.

They come back in the form they came from, and nothing is stored before their writer presses the button again.

How it is kept safe: only words of a request that was shown to come from our own pages (its token was right, or its
``Origin``/``Referer`` names this site) are kept, in the server's own session row; only when this browser carries the
signed name of who was signed in last, so a visitor cannot fill the table; and only that person gets them back, on the
page they were typed on. Files, passwords and what is larger than ``MOST_CHARACTERS`` are not kept.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils.datastructures import MultiValueDict

from panjin_portal.lib.refill import NEVER, Sent, refill
from proposals.errors import PortalError
from proposals.models.logins import KEPT

WRITER = "writer"  # the cookie: whose browser this was, signed
WRITER_SECONDS = 7 * 24 * 3600
KEPT_SECONDS = 12 * 3600
MOST_CHARACTERS = 400_000
EXPIRED = "登录过期时，您填写的内容没有保存，现在已放回下面的表单。请核对后再按一次按钮。"
STALE = "页面打开得太久，或在别的窗口重新登录过，刚才没有提交。您填写的内容都在下面，请核对后再按一次按钮。"
NOT_TAKEN = "登录过期时，您填写的内容没有保存。"
EXPIRED_BARE = "登录过期，刚才的一步没有办成。请再按一次按钮。"
STALE_BARE = "页面打开得太久，或在别的窗口重新登录过，刚才的一步没有办成。请再按一次按钮。"
CHOOSE_FILES_AGAIN = "附件需要重新选择。"


class KeptInputMiddleware:
    """Keeps the words of a form whose log-in has run out, and puts them back after log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the answer: a form sent to the log-in page, or the page to which words belong."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            _name_writer(request, response)
            return _put_back(request, response) if KEPT in request.session else response
        if request.method == "POST" and _leads_to_log_in(response):
            return keep(request)
        return response


def keep(request: HttpRequest) -> HttpResponse:
    """Keep what was sent, if it may be kept; to the log-in page, and from there to the page of the form."""
    page = _page_of_form(request)
    writer = _writer_of(request)
    sent = {name: values for name, values in request.POST.lists() if not NEVER.search(name)}
    size = sum(len(name) + sum(map(len, values)) for name, values in sent.items())
    if writer and sent and size <= MOST_CHARACTERS and not request.headers.get("HX-Request"):
        request.session[KEPT] = {
            "writer": writer,
            "page": page,
            "target": request.path,
            "sent": sent,
            "files": bool(request.FILES),
        }
        request.session.set_expiry(KEPT_SECONDS)
    return redirect_to_login(page, settings.LOGIN_URL)


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the request comes from one of our own pages."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(said)
    return (parts.scheme, parts.netloc) == (request.scheme, request.get_host())


def form_again(request: HttpRequest) -> HttpResponse | None:
    """For a form whose token was old: its page as it stands now, with the words that were sent; None when there is no
    such page for this person. Nothing is changed: the page is asked for by GET."""
    try:
        match = resolve(request.path_info)
        response = match.func(_as_get(request), *match.args, **match.kwargs)
    except (PortalError, Http404, Resolver404):
        return None
    if response.status_code != 200 or not _is_page(response):
        return None
    sent = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    filled = refill(response.content.decode(), here=request.path, target=request.path, sent=sent)
    if filled.form_at < 0:
        return None
    told = STALE if filled.came_back or filled.homeless else STALE_BARE
    note = _note(told, filled.homeless, files=bool(request.FILES))
    return HttpResponse(filled.page[: filled.form_at] + note + filled.page[filled.form_at :], status=403)


def _as_get(request: HttpRequest) -> HttpRequest:
    again = copy.copy(request)  # shares META, where the fresh token is noted for the cookie
    again.method = "GET"
    again._post, again._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    return again


def _leads_to_log_in(response: HttpResponse) -> bool:
    return isinstance(response, HttpResponseRedirect) and urlsplit(response.url).path == reverse("login")


def _page_of_form(request: HttpRequest) -> str:
    """Where the form stood: the page the browser names, if it is ours, else the address it was sent to."""
    parts = urlsplit(request.headers.get("Referer") or "")
    if parts.netloc == request.get_host() and parts.path not in {"", reverse("login")}:
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.get_full_path()


def _name_writer(request: HttpRequest, response: HttpResponse) -> None:
    """Leave the signed name of who is signed in, renewed when it is another's or none."""
    if _writer_of(request) != request.user.pk:
        response.set_signed_cookie(
            WRITER,
            str(request.user.pk),
            max_age=WRITER_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def _writer_of(request: HttpRequest) -> int:
    return int(request.get_signed_cookie(WRITER, "0", max_age=WRITER_SECONDS) or 0)


def _put_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    kept: dict[str, Any] = request.session[KEPT]
    if kept["writer"] != request.user.pk:
        del request.session[KEPT]
        return response
    if request.method != "GET" or request.path != urlsplit(kept["page"]).path or not _is_page(response):
        return response
    del request.session[KEPT]
    sent: Sent = kept["sent"]
    filled = refill(response.content.decode(), here=request.path, target=kept["target"], sent=sent)
    told = EXPIRED if filled.came_back else NOT_TAKEN if filled.homeless else EXPIRED_BARE
    note = _note(told, filled.homeless, files=kept["files"])
    place = filled.form_at if filled.form_at >= 0 else max(filled.page.rfind("</main>"), 0)
    response.content = filled.page[:place] + note + filled.page[place:]
    return response


def _is_page(response: HttpResponse) -> bool:
    return not response.streaming and response.get("Content-Type", "").startswith("text/html")


def _note(text: str, homeless: list[str], *, files: bool) -> str:
    context = {"text": text + (CHOOSE_FILES_AGAIN if files else ""), "homeless": homeless}
    return render_to_string("components/kept_input.html", context)
