"""The site of system management: one door for log-in and password, a refusal with its reason, the rest is Django's."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from proposals.errors import NotAllowed


class PortalAdminSite(AdminSite):
    """Log-in and change of password are the portal's own pages, so lock-out and rules hold here too."""

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Django's guard; before it, a signed-in person without the right is told so instead of being asked to log in
        again."""

        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise NotAllowed("系统管理只对系统管理员开放。")
            return guarded(request, *args, **kwargs)

        return update_wrapper(inner, guarded)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's, and before them the operator's page."""
        from panjin_portal.operations import operations, operations_retry  # models must be loaded first

        own: list[URLPattern | URLResolver] = [
            path("operations/", self.admin_view(operations), name="operations"),
            path("operations/<slug:kind>/<int:pk>/retry/", self.admin_view(operations_retry), name="operations-retry"),
        ]
        return [*own, *super().get_urls()]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """To the portal's log-in page, and back."""
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), settings.LOGIN_URL)

    def password_change(  # type: ignore[override]  # Django means its own page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the portal's page."""
        return redirect("password-change")

    def password_change_done(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the portal's page."""
        return redirect("login-list")
