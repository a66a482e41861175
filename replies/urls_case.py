"""Addresses of ``replies``: the case page."""

from django.urls import URLPattern, URLResolver, path

from replies.views.case import proposal_detail

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/<int:pk>/", proposal_detail, name="proposal-detail"),
]
