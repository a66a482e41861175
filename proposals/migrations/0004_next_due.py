from django.db import migrations, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


def read_clocks(apps, schema_editor):
    """Fill the new columns of every case from its nearest open deadline."""
    running = (
        apps.get_model("proposals", "Deadline")
        .objects.filter(proposal=OuterRef("pk"), met_at=None, cancelled_at=None)
        .order_by("due_on", "id")
    )
    apps.get_model("proposals", "Proposal").objects.update(
        next_due_on=Subquery(running.values("due_on")[:1]),
        next_due_provisional=Coalesce(Subquery(running.values("is_provisional")[:1]), Value(False)),
    )


class Migration(migrations.Migration):
    dependencies = [("proposals", "0003_logins")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="next_due_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="最近期限"),
        ),
        migrations.AddField(
            model_name="proposal",
            name="next_due_provisional",
            field=models.BooleanField(default=False, editable=False, verbose_name="最近期限暂定"),
        ),
        migrations.RunPython(read_clocks, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["next_due_on", "-id"], name="proposal_next_due"),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["submitted_at"], name="proposal_submitted"),
        ),
    ]
