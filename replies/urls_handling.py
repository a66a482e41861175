"""Addresses of ``replies``: talks with the proposers, and what can happen around 会签."""

from django.urls import URLPattern, URLResolver, path

from replies.views import auditing, consultations, countersigning, unsigning

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/<int:pk>/consultations/new/", consultations.consultation_new, name="consultation-new"),
    path("consultations/<int:pk>/", consultations.consultation_detail, name="consultation-detail"),
    path("consultations/<int:pk>/answer/", consultations.consultation_answer, name="consultation-answer"),
    path("consultations/<int:pk>/amend/", consultations.consultation_amend, name="consultation-amend"),
    path("consultations/files/<int:pk>/", consultations.consultation_file, name="consultation-file"),
    path(
        "replies/<int:pk>/countersign/changes/",
        countersigning.reply_countersign_changes,
        name="reply-countersign-changes",
    ),
    path(
        "replies/<int:pk>/countersign/refuse/", countersigning.reply_countersign_refuse, name="reply-countersign-refuse"
    ),
    path("replies/<int:pk>/coordinate/", countersigning.reply_coordinate, name="reply-coordinate"),
    path("replies/<int:pk>/audit/", auditing.reply_audit, name="reply-audit"),
    path("replies/<int:pk>/return-signed/", unsigning.reply_return_signed, name="reply-return-signed"),
    path("changes/<int:pk>/", countersigning.change_decide, name="change-decide"),
]
