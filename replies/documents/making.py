"""One way to every kind of file: the PDF is set first, and the others follow from it. Imports no Django."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from replies.documents.docx import UnknownBlock, write_docx
from replies.documents.engine import Pdf, TypesettingError, typeset
from replies.documents.formats import Format
from replies.documents.letter import Letter
from replies.documents.ofd import Unportable, write_ofd
from replies.documents.pdf import render_with

WRITER = 1  # raise it when a writer's bytes change for the same letter


def make(data: Mapping[str, Any], font_dirs: Sequence[Path], kind: Format) -> Pdf:
    """The file of this kind, with the number of pages of its PDF and what made it.

    Typesetting first is also the guard of the others: what no font can show stops every kind of file alike.
    Raises UnshowableText or TypesettingError.
    """
    pdf = typeset(data, font_dirs)
    try:
        if kind == Format.DOCX:
            return replace(pdf, content=write_docx(data), engine=f"docx {WRITER} + {pdf.engine}")
        if kind == Format.OFD:
            content = write_ofd(pdf.content, data, font_dirs)
            return replace(
                pdf, content=content, engine=f"ofd {WRITER} + fontTools {version('fonttools')} + {pdf.engine}"
            )
    except (UnknownBlock, Unportable) as error:
        raise TypesettingError(f"{kind}: {error}") from error
    return pdf


def render(letter: Letter, kind: Format, font_dirs: Sequence[Path] = ()) -> Pdf:
    """Make the file in this process. Raises MissingGlyph or TypesettingError."""
    return render_with(lambda data, folders: make(data, folders, kind), letter, font_dirs)
