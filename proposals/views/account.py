"""One's own account: log in, see where one is signed in, sign out elsewhere, choose a password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from proposals.forms.account import OwnPasswordForm
from proposals.models.logins import KEPT
from proposals.services.accounts import change_password, end_login, end_other_logins, places_of
from proposals.views.access import person
from proposals.views.forms_help import sent, status_of


class PortalLoginView(LoginView):
    """The one door, also of system management. Says so when words wait for the person to log in."""

    template_name = "base/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With ``words_kept``: whether a form that could not be taken is waiting."""
        return super().get_context_data(words_kept=KEPT in self.request.session, **kwargs)


@login_required
@require_safe
def login_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in, this place first."""
    places = places_of(person(request), this_key=request.session.session_key)
    return render(request, "base/logins.html", {"places": places})


@login_required
@require_POST
def login_end(request: HttpRequest, mark: str) -> HttpResponse:
    """Sign out at one place; somebody else's is not found."""
    if not end_login(person(request), mark=mark):
        raise Http404("没有这处登录")
    messages.success(request, "已退出那处登录。")
    return redirect("login-list")


@login_required
@require_POST
def login_end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = end_other_logins(person(request), this_key=request.session.session_key)
    messages.success(request, f"已退出其他 {ended} 处登录。" if ended else "没有其他登录。")
    return redirect("login-list")


@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Choose a new password; everybody may, and must after an administrator has set one."""
    user = person(request)
    form = OwnPasswordForm(request, user, sent(request))
    target = request.POST.get("next") or request.GET.get("next") or ""
    if form.is_valid():
        change_password(user, password=form.cleaned_data["new_password1"], this_key=request.session.session_key)
        update_session_auth_hash(request, user)
        messages.success(request, "密码已改，其他地方的登录已全部退出。")
        is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        return redirect(target if is_ours else reverse("login-list"))
    context = {"form": form, "must": user.must_change_password, "next": target}
    return render(request, "base/password.html", context, status=status_of(form))
