"""What the child process does for one file of a volume (see worker.py). Imports no Django."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from replies.documents.book.engine import Layout, MadeVolume, typeset_volume
from replies.documents.engine import TypesettingError

DOCX_WRITER = 2  # raise it when the bytes change for the same volume


def make_volume(work: Mapping[str, Any], font_dirs: Sequence[Path]) -> MadeVolume:
    """A file by `work`: "data" as `layout.volume_data` gives it, and either "measured" (true: no bytes, the layout
    alone) or, for a DOCX, the "layout" of this volume and the "places" of the cases of the whole work.

    Raises UnshowableText or TypesettingError.
    """
    if "layout" not in work:
        return typeset_volume({**work["data"], "measured": work["measured"]}, font_dirs)
    from replies.documents.book.docx import write_volume
    from replies.documents.docx import UnknownBlock

    layout = layout_of(work["layout"])
    try:
        content = write_volume(work["data"], dict(map(tuple, work["places"])), layout.index)
    except UnknownBlock as error:
        raise TypesettingError(f"docx: {error}") from error
    return MadeVolume(content=content, pages=layout.pages, engine=f"book docx {DOCX_WRITER}", layout=layout)


def layout_of(data: Mapping[str, Any]) -> Layout:
    """A layout out of JSON types."""
    return Layout(**{**data, "places": tuple((key, page) for key, page in data["places"])})
