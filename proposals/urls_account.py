"""Addresses of one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path

from proposals.views import account, calendar_feed

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.PortalLoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("logins/", account.login_list, name="login-list"),
    path("logins/end-others/", account.login_end_others, name="login-end-others"),
    path("logins/<str:mark>/end/", account.login_end, name="login-end"),
    path("calendar-link/", calendar_feed.calendar_link, name="calendar-link"),
    path("calendar-link/revoke/", calendar_feed.calendar_link_revoke, name="calendar-link-revoke"),
    path("feed/<str:token>.ics", calendar_feed.calendar_feed, name="calendar-feed"),
    path("password/", account.password_change, name="password-change"),
]
