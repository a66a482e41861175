"""Addresses of ``replies``: the assessment of bureaus."""

from django.urls import URLPattern, URLResolver, path

from replies.views import assessment

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessment/", assessment.assessment, name="assessment"),
    path("assessment/open/<int:session>/", assessment.assessment_open, name="assessment-open"),
    path("assessment/<int:pk>/publish/", assessment.assessment_publish, name="assessment-publish"),
    path("assessment/<int:pk>/export/", assessment.assessment_export, name="assessment-export"),
    path("assessment/<int:pk>/<int:bureau>/", assessment.assessment_bureau, name="assessment-bureau"),
    path("assessment/<int:pk>/<int:bureau>/score/", assessment.assessment_score, name="assessment-score"),
]
