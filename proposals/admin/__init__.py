"""System management: where administrators keep bureaus, people, sessions, word lists, rules and the calendar.

What the workflow writes is shown here but never changed. Rights hang on posts, so Django's groups are not offered.
"""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group

from proposals.admin import (
    calendar,
    lockouts,
    notices,
    organisations,
    people,
    records,
    reminding,
    supervision,
    vocabulary,
)

__all__ = [
    "calendar",
    "lockouts",
    "notices",
    "organisations",
    "people",
    "records",
    "reminding",
    "supervision",
    "vocabulary",
]

admin.site.site_header = f"{settings.SITE_NAME} · 系统管理"
admin.site.site_title = "系统管理"
admin.site.index_title = "管理项目"
admin.site.unregister(Group)
