"""Offsets of reminders as rows, the ledger keyed by occasion, messages over several channels."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("", "其他事项"),
    ("receipt", "签收"),
    ("reply", "答复"),
    ("opinion", "会办意见"),
    ("feedback", "征询意见反馈"),
    ("publication", "答复公开"),
    ("promise", "承诺落实"),
    ("redo", "重新办理"),
    ("slip", "督办单"),
    ("cosign", "联名答复"),
]
GATEWAYS = [("wecom", "企业微信"), ("dingtalk", "钉钉"), ("sms", "短信")]
ONCE = ("deadline", "deadline_version", "occasion", "recipient", "channel")
OPEN = models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True))


class Migration(migrations.Migration):

    dependencies = [("proposals", "0022_calendar_warnings")]

    operations = [
        migrations.RemoveConstraint(model_name="reminder", name="reminder_exactly_once"),
        migrations.RenameField(model_name="reminder", old_name="kind", new_name="occasion"),
        migrations.AlterField(
            model_name="reminder", name="occasion", field=models.CharField(max_length=16, verbose_name="时点")
        ),
        migrations.AlterField(
            model_name="reminder",
            name="channel",
            field=models.CharField(
                choices=[("portal", "平台通知"), ("mail", "邮件"), *GATEWAYS], max_length=8, verbose_name="渠道"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder", constraint=models.UniqueConstraint(fields=ONCE, name="reminder_exactly_once")
        ),
        migrations.AlterModelOptions(
            name="outgoingmail",
            options={"ordering": ("-id",), "verbose_name": "待发消息", "verbose_name_plural": "待发消息"},
        ),
        migrations.AddField(
            model_name="outgoingmail",
            name="channel",
            field=models.CharField(
                choices=[("mail", "邮件"), *GATEWAYS], default="mail", max_length=8, verbose_name="渠道"
            ),
        ),
        migrations.RemoveIndex(model_name="deadline", name="deadline_open_due"),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=OPEN,
                fields=["kind", "due_on", "bureau", "proposer", "recipient_role", "version"],
                name="deadline_open_due",
            ),
        ),
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=KINDS,
                        default="",
                        help_text="“其他事项”用于没有单独规定的各类期限",
                        max_length=16,
                        verbose_name="事项",
                    ),
                ),
                (
                    "timing",
                    models.CharField(
                        choices=[
                            ("before", "到期前（自然日）"),
                            ("due", "到期当天"),
                            ("after", "超期后（工作日）"),
                            ("weekly", "此后每周一次"),
                        ],
                        max_length=8,
                        verbose_name="何时",
                    ),
                ),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="到期当天和每周一次填0", verbose_name="天数"
                    ),
                ),
                ("tells_reviewer", models.BooleanField(default=False, verbose_name="同时提醒核稿人")),
                ("tells_leader", models.BooleanField(default=False, verbose_name="同时提醒签发领导")),
                ("tells_office", models.BooleanField(default=False, verbose_name="同时提醒督查室")),
            ],
            options={
                "verbose_name": "提醒规则",
                "verbose_name_plural": "提醒规则",
                "ordering": ("kind", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "timing", "days"),
                        name="reminder_rule_once",
                        violation_error_message="这类期限已有同一时点的提醒。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(timing__in=("before", "after"), days__gte=1, days__lte=365)
                        | (~models.Q(timing__in=("before", "after")) & models.Q(days=0)),
                        name="reminder_rule_days",
                        violation_error_message="到期前和超期后要填1至365天；到期当天和每周一次填0。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GatewayAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("channel", models.CharField(choices=GATEWAYS, max_length=8, verbose_name="渠道")),
                ("address", models.CharField(max_length=64, verbose_name="账号或手机号")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="gateways",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒渠道",
                "verbose_name_plural": "提醒渠道",
                "ordering": ("user_id", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "channel"), name="one_address_per_gateway"),
                    models.CheckConstraint(
                        condition=~models.Q(address=""), name="gateway_address_not_blank"
                    ),
                ],
            },
        ),
    ]
