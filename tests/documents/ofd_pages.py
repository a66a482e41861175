"""Opens an OFD for measuring and draws its pages: from its own XML and its own fonts, nothing of ours in between."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import ofdkit
from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from replies.documents.layout import template_data
from replies.documents.letter import Letter
from replies.documents.ofd import write_ofd
from replies.documents.pdf import Pdf, render_pdf
from tests.documents.samples import TYPE_AREA_BOTTOM, squeezed

OFD = "{http://www.ofdspec.org/2016}"
RED = "230 0 18"


@dataclass(frozen=True)
class Text:
    """One line of text: its left edge and baseline in mm, every character with its left edge."""

    font: str
    size: float
    color: str
    baseline: float
    characters: tuple[tuple[str, float], ...]
    right: float

    @property
    def text(self) -> str:
        """The characters."""
        return "".join(character for character, _ in self.characters)

    @property
    def left(self) -> float:
        """Left edge of the first character in mm."""
        return self.characters[0][1]

    @property
    def top(self) -> float:
        """Upper edge of the characters' boxes in mm."""
        return self.baseline - 0.88 * self.size


@dataclass(frozen=True)
class Ofd:
    """A finished file."""

    content: bytes

    @cached_property
    def parts(self) -> dict[str, bytes]:
        """Path to content."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def xml(self, path: str) -> etree._Element:
        """One part, parsed."""
        return etree.fromstring(self.parts[path])

    @cached_property
    def fonts(self) -> dict[str, tuple[str, bytes]]:
        """Number of a font -> its name and its file."""
        found = {}
        for font in self.xml("Doc_0/PublicRes.xml").iter(f"{OFD}Font"):
            name = font.findtext(f"{OFD}FontFile")
            found[str(font.get("ID"))] = (str(font.get("FontName")), self.parts[f"Doc_0/Res/{name}"])
        return found

    @cached_property
    def pages(self) -> list[etree._Element]:
        """The content of every page in order."""
        pages = self.xml("Doc_0/Document.xml").iter(f"{OFD}Page")
        return [self.xml(f"Doc_0/{page.get('BaseLoc')}") for page in pages]

    def texts(self, page: int) -> list[Text]:
        """The lines of a page in their order."""
        return [_text(element, self.fonts) for element in self.pages[page].iter(f"{OFD}TextObject")]

    def bars(self, page: int) -> list[tuple[float, float, float, float]]:
        """The boxes of the drawn paths: left, top, right, bottom in mm."""
        boxes = [_box(element) for element in self.pages[page].iter(f"{OFD}PathObject")]
        return [(left, top, left + width, top + height) for left, top, width, height in boxes]

    def inks(self, page: int) -> list[str]:
        """The colours of the drawn paths, each filled or stroked; "" where none is named."""
        return [
            next((str(ink.get("Value")) for ink in element if ink.tag in {f"{OFD}FillColor", f"{OFD}StrokeColor"}), "")
            for element in self.pages[page].iter(f"{OFD}PathObject")
        ]

    def picture(self, page: int, dpi: int) -> Image.Image:
        """The page in shades of grey, drawn with the fonts in the file."""
        scale = dpi / 25.4
        image = Image.new("L", (round(210 * scale), round(297 * scale)), 255)
        draw = ImageDraw.Draw(image)
        files = dict(self.fonts.values())
        for line in self.texts(page):
            font = ImageFont.truetype(io.BytesIO(files[line.font]), line.size * scale)
            for character, left in line.characters:
                place = (left * scale, line.baseline * scale)
                draw.text(place, character, font=font, fill=_grey(line.color), anchor="ls")
        for (left, top, right, bottom), ink in zip(self.bars(page), self.inks(page), strict=True):
            if ink:  # a path that is filled but names no colour is filled with nothing
                draw.rectangle((left * scale, top * scale, right * scale - 1, bottom * scale - 1), fill=_grey(ink))
        return image


@lru_cache(maxsize=4)
def pdf_and_ofd(source: Letter) -> tuple[Pdf, Ofd]:
    """Both files of a letter; the OFD is made of the PDF."""
    pdf = render_pdf(source)
    return pdf, Ofd(write_ofd(pdf.content, template_data(source)))


def read_text(made: Ofd) -> str:
    """All text in reading order as an independent reader gives it, without blanks and page numbers."""
    with ofdkit.open(io.BytesIO(made.content)) as document:
        assert document.warnings == []
        runs = (run for page in document.pages for run in page.runs)
        return squeezed("".join(run.text for run in runs if run.y < TYPE_AREA_BOTTOM))


def _text(element: etree._Element, fonts: dict[str, tuple[str, bytes]]) -> Text:
    left, top, width, _ = _box(element)
    (code,) = element.iter(f"{OFD}TextCode")
    fills = [str(fill.get("Value")) for fill in element.iter(f"{OFD}FillColor")]
    places = [left + float(code.get("X", ""))]
    for delta in _deltas(code.get("DeltaX", "")):
        places.append(places[-1] + delta)
    return Text(
        font=fonts[str(element.get("Font"))][0],
        size=float(element.get("Size", "")),
        color=fills[0] if fills else "0 0 0",
        baseline=top + float(code.get("Y", "")),
        characters=tuple(zip(code.text or "", places, strict=True)),
        right=left + width,
    )


def _grey(color: str) -> int:
    red, green, blue = map(int, color.split())
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def _deltas(value: str) -> Iterator[float]:
    parts = iter(value.split())
    for part in parts:
        if part == "g":
            count = int(next(parts))
            yield from [float(next(parts))] * count
        else:
            yield float(part)


def _box(element: etree._Element) -> tuple[float, float, float, float]:
    left, top, width, height = map(float, element.get("Boundary", "").split())
    return left, top, width, height
