"""Answers to requests that never reach a view: a stale form, a locked log-in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old; ``reason`` is Django's English and is not shown."""
    return render(request, "errors/csrf.html", status=403)


def locked_out(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """429 after too many wrong passwords; the wait is ``AXES_COOLOFF_TIME``."""
    message = "密码连续输错次数过多，登录已暂停。请十五分钟后再试，或联系系统管理员解锁。"
    return render(request, "errors/locked.html", {"message": message}, status=429)
