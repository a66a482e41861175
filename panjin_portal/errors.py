"""Answers to requests that never reach a view: a stale form, a locked log-in, a request that is too large."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panjin_portal.kept_input import comes_from_here, form_again, keep
from panjin_portal.lib.clock import now
from panjin_portal.lib.refill import texts_of

TOO_LARGE = {
    RequestDataTooBig: "发来的内容过大：文字一次不超过 8 MB，附件每个不超过 20 MB、一次不超过 10 个。",
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
        return render(request, "errors/csrf.html", {"texts": texts_of(dict(request.POST.lists()))}, status=403)
    return render(request, "errors/csrf.html", status=403)


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many wrong passwords, for known and unknown names alike. The wait begins anew with every attempt,
    so the time is reckoned from now."""
    until = now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    message = f"密码连续输错次数过多，登录已暂停。请十五分钟后再试（{until:%H:%M} 以后），或联系系统管理员解锁。"
    return render(request, "errors/locked.html", {"message": message}, status=429)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for a request that cannot be read; 413, with the limits, for one that is too large."""
    message = next((text for kind, text in TOO_LARGE.items() if isinstance(exception, kind)), "")
    return render(request, "errors/400.html", {"message": message}, status=413 if message else 400)
