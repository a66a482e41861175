"""One way to every kind of file: the PDF is set first, and the others follow from it. Knows no letters and
imports no Django, for the child process loads it (see worker.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from replies.documents.engine import Pdf, TypesettingError, typeset
from replies.documents.formats import Format

DOCX_WRITER, OFD_WRITER = 3, 2  # raise one when its bytes change for the same letter


def make(data: Mapping[str, Any], font_dirs: Sequence[Path], kind: Format) -> Pdf:
    """The file of this kind, with the number of pages of its PDF and what made it.

    Typesetting first is also the guard of the others: what no font can show stops every kind of file alike.
    Raises UnshowableText or TypesettingError.
    """
    pdf = typeset(data, font_dirs)
    if kind == Format.DOCX:
        return replace(pdf, content=_docx(data, pdf.tracking), engine=f"docx {DOCX_WRITER} + {pdf.engine}")
    if kind == Format.OFD:
        engine = f"ofd {OFD_WRITER} + fontTools {version('fonttools')} + {pdf.engine}"
        return replace(pdf, content=_ofd(pdf, data, font_dirs), engine=engine)
    return pdf


# Imported where they are used: a child process that sets a PDF starts in half the time without them.
def _docx(data: Mapping[str, Any], tracking: float) -> bytes:
    from replies.documents.docx import UnknownBlock, write_docx

    try:
        return write_docx(data, tracking)
    except UnknownBlock as error:
        raise TypesettingError(f"docx: {error}") from error


def _ofd(pdf: Pdf, data: Mapping[str, Any], font_dirs: Sequence[Path]) -> bytes:
    from replies.documents.ofd import Unportable, write_ofd

    try:
        return write_ofd(pdf.content, data, font_dirs)
    except Unportable as error:
        raise TypesettingError(f"ofd: {error}") from error
