"""Answers to requests no view could answer: a stale form, a locked log-in, a request that is too large, a server
without database or disk."""

import sys
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from panjin_portal.kept_input import comes_from_here, form_again, keep
from panjin_portal.lib.clock import now
from panjin_portal.lib.storage import is_full
from panjin_portal.typed import typed_texts

NOT_CONFIRMED = "系统暂时不可用，这一步没有得到确认，请当作没有保存"
SECONDS_TO_WAIT = 30

TOO_LARGE = {
    RequestDataTooBig: "发来的内容过大：文字一次不超过 8 MB，附件每个不超过 20 MB、一次不超过 10 个；"
    "导入一次不超过 200 个文件、共 50 MB。",
    TooManyFilesSent: "一次上传的文件过多，请分几次上传，每次不超过 10 个。",
    TooManyFieldsSent: "表单的项目过多，请分几次保存。",
}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old; ``reason`` is Django's English and is not shown.

    What came from one of our own pages comes back in its form with a fresh token; what may come from elsewhere is
    never repeated.
    """
    if request.method == "POST" and comes_from_here(request):
        if not request.user.is_authenticated:
            return keep(request)
        again = form_again(request)
        if again is not None:
            return again
        return render(request, "errors/csrf.html", {"typed": typed_texts(request)}, status=403)
    return render(request, "errors/csrf.html", status=403)


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many wrong passwords, for known and unknown names alike. The wait begins anew with every attempt,
    so the time is reckoned from now."""
    until = now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    message = f"密码连续输错次数过多，登录已暂停。请十五分钟后再试（{until:%H:%M} 以后），或联系系统管理员解锁。"
    return render(request, "errors/locked.html", {"message": message}, status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 with the person's words when database or disk cannot serve now, else 500. Called inside the ``except``."""
    error = sys.exc_info()[1]
    return unavailable(request, error) if _will_pass(error) else defaults.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that cannot be read; 413, with the limits, for one that is too large. 503 when the real cause
    is a database that went away: Django tells a session it could not store as 400."""
    if _will_pass(exception):
        return unavailable(request, exception)
    message = next((text for kind, text in TOO_LARGE.items() if isinstance(exception, kind)), "")
    return render(request, "errors/400.html", {"message": message}, status=413 if message else 400)


def unavailable(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """The page (JSON for a script) that says so. It asks neither the database nor the session for anything."""
    headers = {"Retry-After": str(SECONDS_TO_WAIT), "Cache-Control": "no-cache, private"}
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"message": NOT_CONFIRMED}, status=503, headers=headers)
    context = {"is_full": any(_is_full(one) for one in _causes(error)), "typed": typed_texts(request)}
    return HttpResponse(render_to_string("errors/503.html", context), status=503, headers=headers)


def _will_pass(error: BaseException | None) -> bool:
    """Whether the fault lies with a database or a disk that will serve again, not with the program."""
    return any(isinstance(one, (OperationalError, InterfaceError)) or _is_full(one) for one in _causes(error))


def _is_full(error: BaseException) -> bool:
    """SQLite says "database or disk is full", or "disk I/O error" when its side files find no room."""
    words = str(error)
    return is_full(error) or (isinstance(error, OperationalError) and ("is full" in words or "disk I/O" in words))


def _causes(error: BaseException | None) -> list[BaseException]:
    causes: list[BaseException] = []
    while error is not None and error not in causes:
        causes.append(error)
        error = error.__cause__ or error.__context__
    return causes
