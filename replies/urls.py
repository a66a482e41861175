"""Addresses of ``replies``, kept in one module per room."""

from django.urls import URLPattern, URLResolver

from replies import (
    urls_archive,
    urls_assessment,
    urls_awards,
    urls_board,
    urls_bundles,
    urls_case,
    urls_documents,
    urls_drafting,
    urls_figures,
    urls_followup,
    urls_handling,
    urls_papers,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *urls_figures.urlpatterns,
    *urls_board.urlpatterns,
    *urls_assessment.urlpatterns,
    *urls_awards.urlpatterns,
    *urls_case.urlpatterns,
    *urls_drafting.urlpatterns,
    *urls_handling.urlpatterns,
    *urls_documents.urlpatterns,
    *urls_followup.urlpatterns,
    *urls_archive.urlpatterns,
    *urls_bundles.urlpatterns,
    *urls_papers.urlpatterns,
]
