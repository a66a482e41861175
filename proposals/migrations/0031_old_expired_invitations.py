"""Invitations that ran out before their initiators were told of such things are marked as told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

from panjin_portal.lib.clock import today

# What ran out since then is news: a portal that was down for the upgrade tells of it when it is up again.
STILL_NEWS = timedelta(days=7)


def mark_as_told(apps: Any, schema_editor: Any) -> None:
    """Without a notice and without an event: the first sweep after the upgrade would tell all of them at once."""
    day = apps.get_model("proposals", "Deadline").objects.filter(pk=OuterRef("deadline")).values("due_on")
    old = apps.get_model("proposals", "Invitation").objects.filter(
        state__in=("invited", "asked_again"), deadline__due_on__lt=today() - STILL_NEWS, expiry_told_for=None
    )
    old.update(expiry_told_for=Subquery(day))


class Migration(migrations.Migration):
    dependencies = [("proposals", "0030_open_cosigning")]

    operations = [migrations.RunPython(mark_as_told, migrations.RunPython.noop)]
