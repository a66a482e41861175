from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("replies", "0004_statistics_index")]

    operations = [
        migrations.AddIndex(
            model_name="reply", index=models.Index(fields=["state", "bureau"], name="reply_state_bureau")
        ),
        migrations.AddIndex(
            model_name="publication", index=models.Index(fields=["bureau", "state"], name="publication_bureau_state")
        ),
    ]
