"""The eight metadata of a publication as rows of a table, for the working page and the public page."""

from __future__ import annotations

from replies.models import Publication
from replies.services.metadata import LABELS, MISSING


def metadata_rows(publication: Publication) -> list[dict[str, str]]:
    """Label and value in the order of the State Council's page header (DOMAIN 4.1), with 原件无 where marked."""
    rows = []
    for name, label in LABELS.items():
        value = getattr(publication, name)
        text = MISSING if not value and name in publication.missing_fields else str(value or "")
        rows.append({"label": label, "value": text})
    return rows
