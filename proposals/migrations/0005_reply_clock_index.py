from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("proposals", "0002_search_text")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("cancelled_at__isnull", True), ("kind", "reply")),
                fields=["proposal", "assignment", "bureau", "due_on", "met_at"],
                name="deadline_reply_clock",
            ),
        ),
    ]
