"""Addresses of ``replies``: drafting and clearance."""

from django.urls import URLPattern, URLResolver, path

from replies.views import clearance, drafting, history, matrix, opinion_signing, opinions, sections

urlpatterns: list[URLPattern | URLResolver] = [
    path("assignments/<int:pk>/reply/", drafting.reply_start, name="reply-start"),
    path("replies/<int:pk>/", clearance.reply_detail, name="reply-detail"),
    path("replies/<int:pk>/edit/", drafting.reply_edit, name="reply-edit"),
    path("replies/<int:pk>/autosave/", drafting.reply_autosave, name="reply-autosave"),
    path("replies/<int:pk>/conflict/<int:number>/", drafting.reply_conflict, name="reply-conflict"),
    path("replies/<int:pk>/matrix/", matrix.reply_matrix, name="reply-matrix"),
    path("sections/<int:pk>/delete/", sections.section_delete, name="section-delete"),
    path("replies/<int:pk>/history/", history.reply_history, name="reply-history"),
    path("replies/<int:pk>/history/<int:number>/restore/", history.reply_restore, name="reply-restore"),
    path("assignments/<int:pk>/opinion/", opinions.opinion_edit, name="opinion-edit"),
    path("assignments/<int:pk>/opinion/autosave/", opinions.opinion_autosave, name="opinion-autosave"),
    path("assignments/<int:pk>/opinion/submit/", opinions.opinion_submit, name="opinion-submit"),
    path("assignments/<int:pk>/opinion/sign/", opinion_signing.opinion_sign, name="opinion-sign"),
    path("assignments/<int:pk>/opinion/withdraw/", opinion_signing.opinion_withdraw, name="opinion-withdraw"),
    path("opinions/<int:pk>/take-over/", opinions.opinion_take_over, name="opinion-take-over"),
    path("replies/<int:pk>/send-to-review/", clearance.reply_send_to_review, name="reply-send-to-review"),
    path("replies/<int:pk>/review/", clearance.reply_review, name="reply-review"),
    path("replies/<int:pk>/countersign/", clearance.reply_countersign, name="reply-countersign"),
    path("replies/<int:pk>/sign/", clearance.reply_sign, name="reply-sign"),
]
