"""Fields of WordprocessingML with their results filled in (ISO/IEC 29500-1, 17.16): contents and references."""

from typing import Final

from replies.documents.docx.xml import Element, run, w

CHAPTER, CASE, INDEX = "chapter", "case", "index"
_RANGES: Final = {INDEX: 1, CHAPTER: 1_000, CASE: 100_000}  # where the numbers of each kind begin


def page_reference(bookmark: str, page: str) -> list[Element]:
    """The page a bookmark stands on, which a click leads to. `page`: as it is before anybody counts anew."""
    return _field(f"PAGEREF {bookmark} \\h", page)


def toc_begin(levels: str) -> list[Element]:
    """The beginning of the contents over heading styles of these levels ("1-2"); lines follow, then `toc_end`."""
    return [_mark("begin"), _instruction(f'TOC \\o "{levels}" \\h \\z'), _mark("separate")]


def toc_end() -> Element:
    """The end of what `toc_begin` began."""
    return _mark("end")


def bookmarked(kind: str, place: int, *runs: Element) -> list[Element]:
    """The runs with a bookmark around them, named by its kind and place: case12. Raises KeyError for another kind."""
    number = _RANGES[kind] + place
    return [w("bookmarkStart", id=number, name=f"{kind}{place}"), *runs, w("bookmarkEnd", id=number)]


def _field(instruction: str, result: str) -> list[Element]:
    return [_mark("begin"), _instruction(instruction), _mark("separate"), run(result), _mark("end")]


def _mark(kind: str) -> Element:
    return w("r", w("fldChar", fldCharType=kind))


def _instruction(text: str) -> Element:
    element = w("instrText")
    element.text = f" {text} "
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return w("r", element)
