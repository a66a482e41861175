"""Addresses of supervision: urging, supervision slips, the log of key proposals."""

from django.urls import path

from proposals.views import slip_answers, slips, supervision_drafts, supervision_log, urging

urlpatterns = [
    path("urgings/", urging.urging_list, name="urging-list"),
    path("urgings/new/", urging.urging_new, name="urging-new"),
    path("urgings/<int:pk>/", urging.urging_detail, name="urging-detail"),
    path("proposals/<int:pk>/slips/new/", slips.slip_new, name="proposal-slip"),
    path("slips/", slips.slip_list, name="slip-list"),
    path("slips/<int:pk>/", slips.slip_detail, name="slip-detail"),
    path("slips/<int:pk>/answer/", slip_answers.slip_answer, name="slip-answer"),
    path("slips/<int:pk>/answer/autosave/", slip_answers.slip_autosave, name="slip-autosave"),
    path("slips/<int:pk>/hand-in/", slip_answers.slip_hand_in, name="slip-hand-in"),
    path("slips/<int:pk>/decide/", slips.slip_decide, name="slip-decide"),
    path("slips/<int:pk>/withdraw/", slips.slip_withdraw, name="slip-withdraw"),
    path("slips/files/<int:pk>/", slips.slip_file, name="slip-file"),
    path("proposals/<int:pk>/log/new/", supervision_log.log_new, name="proposal-log"),
    path("proposals/<int:pk>/log/new/autosave/", supervision_drafts.log_autosave, name="proposal-log-autosave"),
    path("proposals/<int:pk>/report/", supervision_log.report_write, name="proposal-report"),
    path("proposals/<int:pk>/report/autosave/", supervision_drafts.report_autosave, name="proposal-report-autosave"),
    path("log/<int:pk>/", supervision_log.log_detail, name="log-detail"),
    path("log/<int:pk>/correct/", supervision_log.log_correct, name="log-correct"),
    path("log/<int:pk>/correct/autosave/", supervision_drafts.correction_autosave, name="log-correct-autosave"),
    path("log/files/<int:pk>/", supervision_log.log_file, name="log-file"),
]
