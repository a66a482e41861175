"""Where people are signed in: Django's session row, with what its owner needs in order to recognise it."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from panjin_portal.lib.kept import Kept

# Names under which the session itself keeps what the columns below repeat.
BEGUN, SEEN, ADDRESS, BROWSER = "_begun", "_seen", "_address", "_browser"
KEPT = "_kept"  # words that wait for their writer to log in again


class LoginManager(BaseSessionManager["Login"]):
    """Reads a session together with its holder: every page asks for both."""

    def get_queryset(self) -> models.QuerySet[Login]:
        """All rows, with ``user``."""
        return super().get_queryset().select_related("user")

    def get(self, *args: Any, **kwargs: Any) -> Login:
        """One row. What the session engine asks with every request is a kept statement."""
        if kwargs.keys() == {"session_key", "expire_date__gt"} and not args:
            return _live.get(kwargs["session_key"], kwargs["expire_date__gt"])
        return super().get(*args, **kwargs)


@Kept
def _live(key: str | None, moment: datetime) -> models.QuerySet[Login]:
    return Login.objects.filter(session_key=key, expire_date__gt=moment)


class Login(AbstractBaseSession):
    """One session. The key opens the account: it is never shown, logged or put into an address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="logins", verbose_name="用户"
    )
    begun_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近使用", null=True)
    address = models.CharField("来源地址", max_length=50, blank=True)
    browser = models.CharField("浏览器", max_length=60, blank=True)

    objects: ClassVar[LoginManager] = LoginManager()

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "登录"

    def __str__(self) -> str:
        return f"{self.browser} {self.address}"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The store of the settings, which reads and writes these rows."""
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        return store
