"""Building WordprocessingML: one function makes an element, `p` and `run` make what a text is made of."""

from typing import Final, TypeAlias

from lxml import etree

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Element: TypeAlias = etree._Element
Value = str | int


def w(tag: str, *children: Element, **attributes: Value) -> Element:
    """An element of WordprocessingML: w("spacing", before=580); all attributes are of the same namespace."""
    element: Element = etree.Element(f"{{{W}}}{tag}", nsmap={"w": W, "r": R})
    for name, value in attributes.items():
        element.set(f"{{{W}}}{name}", str(value))
    element.extend(children)
    return element


def val(tag: str, value: Value) -> Element:
    """An element whose whole content is its value: val("jc", "right")."""
    return w(tag, val=value)


def run(text: str, style: str = "") -> Element:
    """A run of text, in a character style if one is named."""
    element = w("r")
    if style:
        element.append(w("rPr", val("rStyle", style)))
    content = w("t")
    content.text = text
    content.set(_SPACE, "preserve")
    element.append(content)
    return element


def p(style: str, *runs: Element, properties: tuple[Element, ...] = ()) -> Element:
    """A paragraph in a named style. `properties` stand in the order of the schema (keepNext … ind, outlineLvl)."""
    return w("p", w("pPr", val("pStyle", style), *properties), *runs)


def lines(texts: list[str]) -> list[Element]:
    """Runs of one paragraph with a line break between the texts."""
    found: list[Element] = []
    for index, text in enumerate(texts):
        if index:
            found.append(w("r", w("br")))
        found.append(run(text))
    return found
