from django.db import migrations


def give_defaults(apps, schema_editor):
    """Sessions that are here already get what a new one gets (``proposals.services.reference``)."""
    rule = apps.get_model("proposals", "DeadlineRule")
    for session in apps.get_model("proposals", "Session").objects.all():
        rule.objects.get_or_create(
            session=session, kind="cosign", proposal_kind="", defaults={"unit": "working_days", "amount": 5}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0012_cosigning'),
    ]

    operations = [
        migrations.RunPython(give_defaults, migrations.RunPython.noop),
    ]
