"""Addresses of ``replies``: papers made when somebody asks for them."""

from django.urls import URLPattern, URLResolver, path

from replies.views import papers

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/<int:pk>/assignment-notice/", papers.assignment_paper, name="proposal-notice"),
    path("urgings/<int:pk>/paper/", papers.urging_paper, name="urging-paper"),
    path("slips/<int:pk>/paper/", papers.slip_paper, name="slip-paper"),
    path("replies/<int:pk>/sheet/", papers.reply_sheet, name="reply-sheet"),
    path("replies/<int:pk>/preview/", papers.reply_preview, name="reply-preview"),
    path("replies/<int:pk>/feedback-forms/", papers.reply_forms, name="reply-forms"),
]
