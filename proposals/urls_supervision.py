"""Addresses of supervision: urging, supervision slips."""

from django.urls import path

from proposals.views import slip_answers, slips, urging

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
]
