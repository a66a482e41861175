"""Addresses of ``replies``: the list of cases, which knows replies too, and the case page."""

from django.urls import URLPattern, URLResolver, path

from proposals.views.listing import proposal_list
from replies.filters import CaseFilter
from replies.views.case import proposal_detail

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/", proposal_list, {"filter_class": CaseFilter}, name="proposal-list"),
    path("proposals/<int:pk>/", proposal_detail, name="proposal-detail"),
]
