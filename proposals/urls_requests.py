"""Addresses of requests about assignments, of suspension, of clerks and their cover, of reminders."""

from django.urls import path

from proposals.views import batch, clerks, contested, pausing, reminders, requests

urlpatterns = [
    path("assignments/<int:pk>/return/", requests.assignment_return, name="assignment-return"),
    path("assignments/<int:pk>/extend/", requests.assignment_extend, name="assignment-extend"),
    path("assignments/<int:pk>/hand-over/", clerks.assignment_hand_over, name="assignment-hand-over"),
    path("requests/<int:pk>/decide/", requests.request_decide, name="request-decide"),
    path("requests/<int:pk>/take-back/", requests.request_take_back, name="request-take-back"),
    path("requests/<int:pk>/file/", requests.request_file, name="request-file"),
    path("proposals/<int:pk>/suspend/", pausing.proposal_suspend, name="proposal-suspend"),
    path("proposals/<int:pk>/resume/", pausing.proposal_resume, name="proposal-resume"),
    path("proposals/assign/", batch.assign_batch, name="assign-batch"),
    path("contested/", contested.contested_report, name="contested-report"),
    path("deadlines/<int:pk>/reminders/", reminders.deadline_reminders, name="deadline-reminders"),
    path("covers/", clerks.cover_list, name="cover-list"),
    path("covers/<int:pk>/end/", clerks.cover_end, name="cover-end"),
]
