"""The default offsets, and what was said before this release under the occasion it would be said for now.

A row of the ledger moves to the occasion that was in force on the day it was written; so the first run after the
upgrade says nothing a second time, and what it does say is due by the new rules.
"""

from collections import defaultdict
from datetime import timedelta, timezone

from django.db import migrations

from panjin_portal.lib.workdays import Calendar
from proposals.occasions import Offset, Timing, bands

SHANGHAI = timezone(timedelta(hours=8))
# Kind, days before, working days after with who hears of it then (r: reviewer, l: leader, o: office), weekly or not.
DEFAULTS = (
    ("", (7, 3, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("receipt", (1,), ((1, "r"), (2, "rl"), (5, "rlo")), "rlo"),
    ("reply", (30, 15, 7, 3, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("opinion", (15, 7, 3, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("feedback", (7, 3), ((1, ""), (5, "")), None),
    ("publication", (7, 3, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("promise", (30, 15, 7, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("redo", (30, 15, 7, 3, 1), ((1, "r"), (3, "rl"), (5, "rlo")), "rlo"),
    ("slip", (7, 3, 1), ((1, "rl"), (3, "rlo")), "rlo"),
    ("cosign", (3, 1), (), None),
)
AT_ONCE = 2000


def add_defaults(apps, schema_editor):
    model = apps.get_model("proposals", "ReminderRule")
    rows = []
    for kind, before, after, weekly in DEFAULTS:
        moments = [("before", days, "") for days in before] + [("due", 0, "")]
        moments += [("after", days, told) for days, told in after]
        moments += [("weekly", 0, weekly)] if weekly is not None else []
        rows += [
            model(
                kind=kind,
                timing=timing,
                days=days,
                tells_reviewer="r" in told,
                tells_leader="l" in told,
                tells_office="o" in told,
            )
            for timing, days, told in moments
        ]
    model.objects.bulk_create(rows)


def move_ledger(apps, schema_editor):
    ledger = apps.get_model("proposals", "Reminder")
    rules = apps.get_model("proposals", "ReminderRule").objects.all()
    days = apps.get_model("proposals", "Workday").objects.values_list("date", "is_working")
    calendar, plans = Calendar(dict(days), None), {}
    offsets = [Offset(row.kind, Timing(row.timing), row.days) for row in rules]
    old = ledger.objects.filter(occasion__in=("before_7", "overdue")).order_by("id")
    last = 0
    while rows := list(old.filter(id__gt=last).select_related("deadline")[:AT_ONCE]):
        last, moved = rows[-1].id, defaultdict(list)
        for row in rows:
            day, clock = row.claimed_at.astimezone(SHANGHAI).date(), row.deadline
            if day not in plans:
                plans[day] = bands(offsets, day, calendar)
            fits = (b.occasion for b in plans[day] if b.kind == clock.kind and b.first <= clock.due_on <= b.last)
            # The day an older version was due on is not known any more; its rows count for nothing.
            found = next(fits, row.occasion) if row.deadline_version == clock.version else row.occasion
            moved["after_1" if found == "overdue" else found].append(row.id)
        for occasion, keys in moved.items():
            ledger.objects.filter(id__in=keys).update(occasion=occasion)


class Migration(migrations.Migration):

    dependencies = [("proposals", "0023_reminder_rules")]

    operations = [
        migrations.RunPython(add_defaults, migrations.RunPython.noop),
        migrations.RunPython(move_ledger, migrations.RunPython.noop),
    ]
