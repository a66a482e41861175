"""All time limits of a session become rows of one table, and a day set by hand is kept as such."""

from datetime import date

from django.db import migrations, models

KINDS = [
    ("cosign", "联名答复"), ("receipt", "签收"), ("return", "申请改办"), ("reply", "答复"), ("opinion", "会办意见"),
    ("extension", "延期上限"), ("feedback", "征询意见反馈"), ("publication", "答复公开"), ("redo", "重新办理"),
    ("promise", "承诺落实"), ("slip", "督办单"),
]
NOT_AFTER_REPLY = "按规则算得的日期晚于答复期限，取答复截止日"
PAUSED, BY_HAND = "中止办理顺延", "人工确定为"


def rules_become_rows(apps, schema_editor):
    rule, policy = apps.get_model("proposals", "DeadlineRule"), apps.get_model("proposals", "AssignmentPolicy")
    for session in apps.get_model("proposals", "Session").objects.all():
        own = policy.objects.filter(session=session).first()
        window = {"unit": own.return_unit, "amount": own.return_amount} if own else {"unit": "working_days", "amount": 5}
        months = own.extension_months if own else 1
        rule.objects.get_or_create(session=session, kind="return", proposal_kind="", defaults=window)
        rule.objects.get_or_create(
            session=session, kind="extension", proposal_kind="",
            defaults={"unit": "months", "amount": months, "roll_forward": False},
        )


def rows_become_columns(apps, schema_editor):
    """The way back: what the columns can hold."""
    rule, policy = apps.get_model("proposals", "DeadlineRule"), apps.get_model("proposals", "AssignmentPolicy")
    for row in rule.objects.filter(kind="return", proposal_kind="", unit__in=("working_days", "calendar_days")):
        policy.objects.filter(session=row.session_id).update(return_unit=row.unit, return_amount=min(row.amount, 60))
    for row in rule.objects.filter(kind="extension", proposal_kind="", unit="months"):
        policy.objects.filter(session=row.session_id).update(extension_months=min(row.amount, 24))
    rule.objects.filter(kind__in=("return", "extension")).delete()


def keep_days_set_by_hand(apps, schema_editor):
    """What runs or stands still with its case and was set by hand. Suspensions that are over are in its day already."""
    over = {}
    ended = apps.get_model("proposals", "Suspension").objects.filter(ended_on__isnull=False)
    for case, day in ended.values_list("proposal_id", "ended_on"):
        over[case] = max(day, over.get(case, date.min))
    rows = apps.get_model("proposals", "Deadline").objects.filter(met_at=None).exclude(change_reason__in=("", NOT_AFTER_REPLY))
    rows = rows.filter(models.Q(cancelled_at=None) | models.Q(is_suspended=True))
    for row in rows.iterator(chunk_size=500):
        if row.change_reason.startswith(PAUSED) and BY_HAND not in row.explanation:
            continue
        row.hand_due_on = row.due_on
        row.hand_set_on = max(row.starts_on, over.get(row.proposal_id, row.starts_on))
        row.hand_words = row.explanation.removesuffix("。")
        row.save(update_fields=["hand_due_on", "hand_set_on", "hand_words"])


class Migration(migrations.Migration):

    dependencies = [("proposals", "0020_supervision_writing")]

    operations = [
        migrations.AddField("deadline", "hand_due_on", models.DateField("人工确定的日期", blank=True, null=True, editable=False)),
        migrations.AddField("deadline", "hand_set_on", models.DateField("人工确定于", blank=True, null=True, editable=False)),
        migrations.AddField(
            "deadline", "hand_words",
            models.CharField("人工确定的说明", max_length=500, blank=True, default="", editable=False),
        ),
        migrations.AlterField("deadline", "explanation", models.CharField("计算说明", max_length=600)),
        migrations.AlterField("deadlinerule", "kind", models.CharField("事项", max_length=16, choices=KINDS)),
        migrations.RunPython(rules_become_rows, rows_become_columns),
        migrations.RunPython(keep_days_set_by_hand, migrations.RunPython.noop),
        migrations.RemoveConstraint("assignmentpolicy", "return_window_in_range"),
        migrations.RemoveConstraint("assignmentpolicy", "extension_months_in_range"),
        migrations.RemoveField("assignmentpolicy", "return_amount"),
        migrations.RemoveField("assignmentpolicy", "return_unit"),
        migrations.RemoveField("assignmentpolicy", "extension_months"),
    ]
