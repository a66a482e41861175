"""Sections of a volume's DOCX, with the heads and feet of their pages, in the order of print."""

from collections.abc import Mapping, Sequence
from typing import Any

from replies.documents.docx import measures as m
from replies.documents.docx.head import even_footer, odd_footer
from replies.documents.docx.package import Part
from replies.documents.docx.xml import Element, R, p, run, val, w

_FIXED: tuple[Part, ...] = (("styles", "styles"), ("settings", "settings"), ("fontTable", "fontTable"))
_ODD, _EVEN, _TITLE = "footer1", "footer2", "header1"  # and header2, header3, … for the chapters
_NO_HEAD, _NO_FOOT = "header0", "footer3"


class Sections:
    """All heads and feet of one volume: `parts` as the package names them, `roots` name to content."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        titles = [chapter["title"] for chapter in data["chapters"]] + ([data["index_line"]] if data["index"] else [])
        self.roots: dict[str, Element] = {
            _ODD: odd_footer(),
            _EVEN: even_footer(),
            _NO_FOOT: w("ftr", p("PageNumber")),
            _NO_HEAD: w("hdr", p("PageNumber")),
            _TITLE: _head(data["running"], "left"),
            **{f"header{number}": _head(title, "right") for number, title in enumerate(titles, start=2)},
        }
        kinds = ((name, "header" if name.startswith("header") else "footer") for name in self.roots)
        self.parts: tuple[Part, ...] = (*_FIXED, *kinds)
        self._relation = {name: f"rId{number}" for number, (name, _) in enumerate(self.parts, start=1)}
        self._data = data
        self._chapters = len(data["chapters"])

    def end_of_cover(self) -> Element:
        """The paragraph that ends the cover."""
        return self._ending(self._section((), "nextPage", feet=(_NO_FOOT, _NO_FOOT), heads=(_NO_HEAD, _NO_HEAD)))

    def end_of_contents(self) -> Element:
        """The paragraph that ends the contents, whose pages have Roman numbers of their own."""
        numbers = (w("pgNumType", fmt="upperRoman", start=1),)
        return self._ending(self._section(numbers, "oddPage", heads=(_NO_HEAD, _NO_HEAD)))

    def end_of_chapter(self, number: int) -> Element:
        """The paragraph that ends the chapter of this place from 0."""
        return self._ending(self._chapter(number))

    def end_of_index_title(self) -> Element:
        """The paragraph between the title of the index and its columns."""
        return self._ending(self._chapter(self._chapters))

    def last(self) -> Element:
        """The properties of the last section: the last chapter, or the two columns of the index."""
        if not self._data["index"]:
            return self._chapter(self._chapters - 1)
        columns = w("cols", num=2, space=m.twips(8))
        return self._section((), "continuous", heads=(f"header{self._chapters + 2}", _TITLE), columns=columns)

    def _chapter(self, number: int) -> Element:
        first = self._data["first_page"]
        numbers = (w("pgNumType", fmt="decimal", **({"start": first} if number == 0 else {})),)
        opens = ("oddPage" if first % 2 else "evenPage") if number == 0 else "nextPage"
        return self._section(numbers, opens, heads=(f"header{number + 2}", _TITLE))

    def _section(
        self,
        numbers: Sequence[Element],
        opens: str,
        *,
        heads: tuple[str, str],
        feet: tuple[str, str] = (_ODD, _EVEN),
        columns: Element | None = None,
    ) -> Element:
        """`heads` and `feet`: of odd and of even pages."""
        references = [
            self._reference(f"{tag}Reference", kind, name)
            for tag, names in (("header", heads), ("footer", feet))
            for kind, name in zip(("default", "even"), names, strict=True)
        ]
        size = w("pgSz", w=m.PAGE_WIDTH, h=m.PAGE_HEIGHT)
        margins = w(
            "pgMar", top=m.TOP, right=m.RIGHT, bottom=m.BOTTOM, left=m.LEFT, header=m.twips(24), footer=m.FOOTER,
            gutter=0,
        )  # fmt: skip
        cols = w("cols", space=0) if columns is None else columns
        grid = w("docGrid", type="lines", linePitch=m.PITCH)
        return w("sectPr", *references, val("type", opens), size, margins, *numbers, cols, grid)

    def _reference(self, tag: str, kind: str, name: str) -> Element:
        element = w(tag, type=kind)
        element.set(f"{{{R}}}id", self._relation[name])
        return element

    def _ending(self, section: Element) -> Element:
        tiny = w("spacing", before=0, after=0, line=20, lineRule="exact")
        return w("p", w("pPr", val("pStyle", "Anchor"), tiny, section))


def _head(text: str, side: str) -> Element:
    line = w("pBdr", w("bottom", val="single", sz=6, space=4, color="000000"))
    return w("hdr", p("Running", run(text), properties=(line, val("jc", side))))
