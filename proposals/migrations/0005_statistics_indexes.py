from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proposals", "0004_next_due")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("met_at__isnull", True)),
                fields=["proposal", "due_on"],
                name="deadline_open_of_case",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("kind", "reply")),
                fields=["proposal", "assignment", "bureau", "due_on", "met_at"],
                name="deadline_reply_clock",
            ),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                fields=["session", "state", "created_by_committee", "created_by", "id"], name="proposal_counted"
            ),
        ),
    ]
