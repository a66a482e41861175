"""Typesetting one volume with typst, as `engine.typeset` does a letter: same fonts, same conformance, equal bytes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from replies.documents.engine import TEMPLATES, Pdf, TypesettingError, refusal_of, signature_of_engine
from replies.documents.fontset import load_fonts


@dataclass(frozen=True)
class Layout:
    """What a volume came to, in printed pages: the last one; for each case (key, page) on which its title stands; and
    the first page of the index, 0 where there is none. `pages`: how many there are, cover and contents with them."""

    pages: int
    last: int
    places: tuple[tuple[int, int], ...]
    index: int = 0


@dataclass(frozen=True, kw_only=True)
class MadeVolume(Pdf):
    """A finished file of a volume, with its layout."""

    layout: Layout


def typeset_volume(data: Mapping[str, Any], font_dirs: Sequence[Path] = ()) -> MadeVolume:
    """Set what `layout.volume_data` describes. With `data["measured"]` true only the layout is made, and no bytes.

    Raises UnshowableText or TypesettingError.
    """
    fonts = load_fonts(font_dirs)
    book = json.dumps({**data, "fonts": fonts.families}, ensure_ascii=False)
    compiler = typst.Compiler(
        input=str(TEMPLATES / "book.typ"),
        root=str(TEMPLATES),
        font_paths=fonts.loaded,
        ignore_system_fonts=True,
        sys_inputs={"letter": book, "trial": '{"tracking": 0, "bound": true, "copies_apart": false}'},
    )
    day = data["date"]
    try:
        facts = json.loads(compiler.query("<facts>", field="value", one=True))
        content = (
            b""
            if data.get("measured")
            else compiler.compile(
                format="pdf",
                pdf_standards=["a-2a", "ua-1"],
                timestamp=datetime(day["year"], day["month"], day["day"], tzinfo=UTC),
            )
        )
    except typst.TypstError as error:
        raise refusal_of(error) from error
    except RuntimeError as error:  # what a query says of a template that cannot be compiled
        raise TypesettingError(str(error)) from error
    if not isinstance(content, bytes):
        raise TypesettingError("typst returned no single file")
    places = tuple((key, page) for key, page in facts["places"])
    layout = Layout(pages=facts["pages"], last=facts["last"], places=places, index=facts["index"])
    return MadeVolume(content=content, pages=layout.pages, engine=signature_of_engine(fonts), layout=layout)
