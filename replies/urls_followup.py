"""Addresses of ``replies``: promises, second answers, redo, meetings, ratings on paper and by link."""

from django.urls import URLPattern, URLResolver, path

from replies.views import follow_ups, promise_actions, promises, rating, redo

urlpatterns: list[URLPattern | URLResolver] = [
    path("promises/", promises.promise_list, name="promise-list"),
    path("promises/export/", promises.promise_export, name="promise-export"),
    path("promises/<int:pk>/", promises.promise_detail, name="promise-detail"),
    path("promises/<int:pk>/keep/", promise_actions.promise_keep, name="promise-keep"),
    path("promises/<int:pk>/carry-over/", promise_actions.promise_carry_over, name="promise-carry-over"),
    path("promises/<int:pk>/give-up/", promise_actions.promise_give_up, name="promise-give-up"),
    path("promises/<int:pk>/reopen/", promise_actions.promise_reopen, name="promise-reopen"),
    path("promises/<int:pk>/check/", promise_actions.promise_check, name="promise-check"),
    path("follow-ups/<int:pk>/", follow_ups.follow_up_detail, name="follow-up-detail"),
    path("follow-ups/<int:pk>/sign/", follow_ups.follow_up_sign, name="follow-up-sign"),
    path("follow-ups/<int:pk>/return/", follow_ups.follow_up_return, name="follow-up-return"),
    path("follow-ups/<int:pk>/edit/", follow_ups.follow_up_edit, name="follow-up-edit"),
    path("redos/<int:pk>/start/", redo.redo_start, name="redo-start"),
    path("redos/<int:pk>/meeting/", redo.redo_meeting, name="redo-meeting"),
    path("replies/<int:pk>/paper-rating/", rating.rating_paper, name="rating-paper"),
    path("replies/<int:pk>/rating-link/", rating.rating_send_link, name="rating-send-link"),
    path("ratings/<int:pk>/scan/", rating.rating_scan, name="rating-scan"),
    path("rate/<str:token>/", rating.rating_link, name="rating-link"),
]
