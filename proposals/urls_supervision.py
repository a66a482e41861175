"""Addresses of supervision: urging."""

from django.urls import path

from proposals.views import urging

urlpatterns = [
    path("urgings/", urging.urging_list, name="urging-list"),
    path("urgings/new/", urging.urging_new, name="urging-new"),
    path("urgings/<int:pk>/", urging.urging_detail, name="urging-detail"),
]
