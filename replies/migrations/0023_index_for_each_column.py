from django.db import migrations

from replies.search import TOKENS


def index_each_column(apps, schema_editor):
    """PostgreSQL had one index over title and body together: a search in some of them cut every row found into tokens again."""
    if schema_editor.connection.vendor == "postgresql":
        TOKENS.drop_index(schema_editor)  # the old ones had the same names
        TOKENS.make_index(schema_editor)
        schema_editor.execute(f"ANALYZE {TOKENS.name}")  # the planner knows nothing of a new index


class Migration(migrations.Migration):

    dependencies = [
        ("replies", "0022_public_book"),
    ]

    operations = [
        migrations.RunPython(index_each_column, migrations.RunPython.noop),
    ]
