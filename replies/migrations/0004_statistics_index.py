from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("replies", "0003_public_search_text")]

    operations = [
        migrations.AddIndex(
            model_name="reply",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "confirmed"])),
                fields=["proposal", "result_class", "id"],
                name="reply_counted",
            ),
        ),
    ]
