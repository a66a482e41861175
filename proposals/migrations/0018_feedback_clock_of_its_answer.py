"""A running clock for a rating names the answer it is about, as those started from now on do."""

import re

from django.db import migrations

RATE = re.compile(r"/replies/(\d+)/rate/$")


def name_answers(apps, schema_editor):
    deadline = apps.get_model("proposals", "Deadline")
    for row in deadline.objects.filter(kind="feedback", reference="", met_at=None, cancelled_at=None):
        if found := RATE.search(row.link):
            row.reference = f"reply:{found[1]}"
            row.save(update_fields=["reference"])


class Migration(migrations.Migration):

    dependencies = [("proposals", "0016_notice_wording")]

    operations = [migrations.RunPython(name_answers, migrations.RunPython.noop)]
