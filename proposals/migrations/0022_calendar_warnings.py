from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("proposals", "0021_rules_and_hand_set_days")]

    operations = [
        migrations.CreateModel(
            name="CalendarWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(unique=True, verbose_name="周一")),
                ("known_until", models.DateField(blank=True, null=True, verbose_name="已知到")),
                ("told_at", models.DateTimeField(verbose_name="提醒时间")),
            ],
            options={"verbose_name": "日历到期提醒", "verbose_name_plural": "日历到期提醒", "ordering": ("-week",)},
        ),
        migrations.AddField(
            "supervisionslip",
            "due_is_provisional",
            models.BooleanField(default=False, editable=False, verbose_name="期限暂定"),
        ),
    ]
