"""Addresses of the notice list."""

from django.urls import URLPattern, URLResolver, path

from proposals.views import notices

urlpatterns: list[URLPattern | URLResolver] = [
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/settings/", notices.notice_settings, name="notice-settings"),
    path("notices/read-all/", notices.notice_read_all, name="notice-read-all"),
    path("notices/<int:pk>/", notices.notice_open, name="notice-open"),
]
