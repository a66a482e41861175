"""Addresses of ``replies``: the list of cases, which knows replies too, the case page, and the pages of the ground
floor that are told here which earlier cases are similar."""

from django.urls import URLPattern, URLResolver, path

from proposals.views.filing import proposal_edit
from proposals.views.filing_live import proposal_similar
from proposals.views.listing import proposal_list
from proposals.views.review import proposal_review
from replies.filters import CaseFilter
from replies.similar import similar_to
from replies.views.case import proposal_detail

SIMILAR = {"tell_similar": similar_to}

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/", proposal_list, {"filter_class": CaseFilter}, name="proposal-list"),
    path("proposals/<int:pk>/edit/", proposal_edit, SIMILAR, name="proposal-edit"),
    path("proposals/<int:pk>/similar/", proposal_similar, SIMILAR, name="proposal-similar"),
    path("proposals/<int:pk>/review/", proposal_review, SIMILAR, name="proposal-review"),
    path("proposals/<int:pk>/", proposal_detail, name="proposal-detail"),
]
