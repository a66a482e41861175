"""Addresses of the rules and the working-day calendar."""

from django.urls import path

from proposals.views import rules

urlpatterns = [
    path("deadlines/trial/", rules.deadline_trial, name="deadline-trial"),
    path("workdays/", rules.workday_calendar, name="workday-calendar"),
]
