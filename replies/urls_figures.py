"""Addresses of ``replies``: statistics, and the export of every list. They stand before ``public/<index number>/``."""

from django.urls import URLPattern, URLResolver, path

from replies.views import exports, statistics

urlpatterns: list[URLPattern | URLResolver] = [
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/export/<str:block>/", statistics.statistics_export, name="statistics-export"),
    path("proposals/export/", exports.proposal_export, name="proposal-export"),
    path("work/export/", exports.work_export, name="work-export"),
    path("notices/export/", exports.notice_export, name="notice-export"),
    path("public/export/", exports.public_export, name="public-export"),
]
