"""Addresses of ``proposals``."""

from django.urls import URLPattern, URLResolver, path

from proposals import urls_account, urls_calendar, urls_cosigning, urls_notices, urls_requests, urls_supervision
from proposals.views import assignment, attachments, committee, filing, filing_live, outcomes, receipt, review

urlpatterns: list[URLPattern | URLResolver] = [
    path("proposals/new/", filing.proposal_new, name="proposal-new"),
    path("proposals/proposers/", filing_live.proposer_search, name="proposer-search"),
    path("proposals/<int:pk>/autosave/", filing_live.proposal_autosave, name="proposal-autosave"),
    path("proposals/<int:pk>/length/", filing_live.proposal_length, name="proposal-length"),
    path("proposals/<int:pk>/submit/", filing.proposal_submit, name="proposal-submit"),
    path("proposals/review-meeting/", committee.review_meeting, name="review-meeting"),
    path("proposals/<int:pk>/review/step/", committee.proposal_review_step, name="proposal-review-step"),
    path("proposals/<int:pk>/marks/key/", committee.proposal_mark, {"kind": "key"}, name="proposal-mark-key"),
    path(
        "proposals/<int:pk>/marks/excellent/",
        committee.proposal_mark,
        {"kind": "excellent"},
        name="proposal-mark-excellent",
    ),
    path("proposals/<int:pk>/merge/", outcomes.proposal_merge, name="proposal-merge"),
    path("proposals/<int:pk>/undo-decision/", outcomes.proposal_undo_decision, name="proposal-undo-decision"),
    path("proposals/<int:pk>/withdraw/", outcomes.proposal_withdraw, name="proposal-withdraw"),
    path("proposals/<int:pk>/undo-registration/", review.proposal_undo_registration, name="proposal-undo-registration"),
    path("proposals/<int:pk>/assign/", assignment.proposal_assign, name="proposal-assign"),
    path("deadlines/<int:pk>/", assignment.deadline_change, name="deadline-change"),
    path("assignments/<int:pk>/accept/", receipt.assignment_accept, name="assignment-accept"),
    path("assignments/<int:pk>/withdraw/", assignment.assignment_withdraw, name="assignment-withdraw"),
    path("attachments/<int:pk>/", attachments.attachment_download, name="attachment-download"),
    path("attachments/<int:pk>/delete/", attachments.attachment_delete, name="attachment-delete"),
    *urls_requests.urlpatterns,
    *urls_supervision.urlpatterns,
    *urls_cosigning.urlpatterns,
    *urls_notices.urlpatterns,
    *urls_account.urlpatterns,
    *urls_calendar.urlpatterns,
]
