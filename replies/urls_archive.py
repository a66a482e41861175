"""Addresses of ``replies``: archiving and its packages; supervision where it needs both floors."""

from django.urls import URLPattern, URLResolver, path

from replies.views import archiving, supervising

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/<int:pk>/archive/", archiving.proposal_archive, name="proposal-archive"),
    path("proposals/<int:pk>/archive/reopen/", archiving.proposal_reopen, name="proposal-reopen"),
    path("packages/<int:pk>/", archiving.package_detail, name="package-detail"),
    path("packages/<int:pk>/file/", archiving.package_file, name="package-file"),
    path("packages/<int:pk>/retry/", archiving.package_retry, name="package-retry"),
    path("slips/export/", supervising.slip_export, name="slip-export"),
    path("promises/<int:pk>/slip/", supervising.promise_slip, name="promise-slip"),
]
