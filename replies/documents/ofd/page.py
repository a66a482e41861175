"""One page of the OFD: a layer of text and path objects (GB/T 33190-2016, clauses 7.7, 8.5, 9 and 11)."""

from itertools import groupby, pairwise

from lxml import etree

from replies.documents.ofd.fonts import Fonts
from replies.documents.ofd.geometry import BLACK, Color, Line, Page, Shape
from replies.documents.ofd.parts import Numbers, ofd, text_element

# The box of a line of text, in em over and under its baseline.
_ABOVE, _BELOW = 0.88, 0.12
_STEPS = {"m": "M", "l": "L", "c": "B", "h": "C"}


def page_content(page: Page, fonts: Fonts, numbers: Numbers) -> etree._Element:
    """The page's content; notes in `fonts` what its text needs."""
    layer = ofd("Layer", ID=numbers.take(), Type="Body")
    for item in page.items:
        layer.append(_text(item, fonts, numbers) if isinstance(item, Line) else _path(item, numbers))
    area = ofd("Area", text_element("PhysicalBox", f"0 0 {short(page.width)} {short(page.height)}"))
    return ofd("Page", area, ofd("Content", layer))


def _text(line: Line, fonts: Fonts, numbers: Numbers) -> etree._Element:
    font = fonts.use(line.font, line.text, 0 if fonts.knows(line.font) else numbers.take())
    top, height = line.baseline - _ABOVE * line.size, (_ABOVE + _BELOW) * line.size
    code = text_element("TextCode", line.text, X=0, Y=short(_ABOVE * line.size))
    if len(line.characters) > 1:
        code.set("DeltaX", _deltas(line))
    return ofd(
        "TextObject",
        *_fill(line.color),
        code,
        ID=numbers.take(),
        Boundary=f"{short(line.left)} {short(top)} {short(line.right - line.left)} {short(height)}",
        Font=font.number,
        Size=short(line.size),
    )


def _deltas(line: Line) -> str:
    """From each character's left edge to the next one's, equal ones as `g count width`. Rounded places, not rounded
    distances: a line of a hundred characters ends where it should."""
    places = [round(place, 3) for _, place in line.characters]
    deltas = [short(after - before) for before, after in pairwise(places)]
    grouped = ((value, len(list(equal))) for value, equal in groupby(deltas))
    return " ".join(f"g {count} {value}" if count > 2 else " ".join([value] * count) for value, count in grouped)


def _path(shape: Shape, numbers: Numbers) -> etree._Element:
    xs = [value for _, points in shape.steps for value in points[::2]]
    ys = [value for _, points in shape.steps for value in points[1::2]]
    # A stroke reaches over its path by half its width.
    edge = shape.width / 2 if shape.stroke is not None else 0.0
    left, top = min(xs, default=0.0) - edge, min(ys, default=0.0) - edge
    width, height = max(xs, default=0.0) + edge - left, max(ys, default=0.0) + edge - top
    path = ofd(
        "PathObject",
        # Without a colour a path is filled with nothing, while text is black (clauses 9.1 and 11.3).
        *([ofd("FillColor", Value=_value(shape.fill))] if shape.fill is not None else []),
        *([ofd("StrokeColor", Value=_value(shape.stroke))] if shape.stroke is not None else []),
        text_element("AbbreviatedData", " ".join(_step(step, points, left, top) for step, points in shape.steps)),
        ID=numbers.take(),
        Boundary=f"{short(left)} {short(top)} {short(width)} {short(height)}",
        Stroke=str(shape.stroke is not None).lower(),
        Fill=str(shape.fill is not None).lower(),
    )
    if shape.stroke is not None:
        path.set("LineWidth", short(shape.width))
    return path


def _step(step: str, points: tuple[float, ...], left: float, top: float) -> str:
    moved = (value - (top if index % 2 else left) for index, value in enumerate(points))
    return " ".join((_STEPS[step], *map(short, moved)))


def _fill(color: Color | None) -> list[etree._Element]:
    return [] if color in (None, BLACK) else [ofd("FillColor", Value=_value(color))]


def _value(color: Color | None) -> str:
    return " ".join(map(str, color or BLACK))


def short(value: float) -> str:
    """A length to a thousandth of a millimetre, without needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.0005 else "0"
