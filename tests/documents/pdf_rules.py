"""Rules of PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1) that can be read off a finished file with pikepdf.

No independent validator is to be had where the portal is built (docs/letters.md). Each function gives what is wrong, as
lines; an empty list is what a file should have.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

_TYPES = """
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure
Formula Form
"""
STANDARD_TYPES = frozenset(_TYPES.split())
PARENTS = {"TR": {"Table", "THead", "TBody", "TFoot"}, "TH": {"TR"}, "TD": {"TR"}, "LI": {"L"}, "LBody": {"LI"}}
PAINTING = {"Tj", "TJ", "'", '"', "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI", "INLINE IMAGE"}
FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/GoToR", "/SubmitForm"}
FORBIDDEN_FILTERS = {"/LZWDecode", "/Crypt"}


def faults(content: bytes, *, part: str = "2") -> list[str]:
    """Everything that is wrong with a file; `part` is the part of PDF/A it claims."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [
            *(
                []
                if content[:5] == b"%PDF-" and min(content[10:13]) >= 0x80
                else ["no binary comment behind the header"]
            ),
            *_claims(pdf, part),
            *_catalog(pdf),
            *_fonts(pdf),
            *_objects(pdf, part),
            *_marks(pdf),
            *_structure(pdf),
        ]


def _claims(pdf: Pdf, part: str) -> Iterator[str]:
    with pdf.open_metadata() as xmp:
        wanted = {"pdfaid:part": part, "pdfaid:conformance": "A", "pdfuaid:part": "1"}
        yield from (f"XMP {name} is {xmp.get(name)}" for name, value in wanted.items() if xmp.get(name) != value)
        if not xmp.get("dc:title") or ("/Title" in pdf.docinfo and str(pdf.docinfo.Title) != str(xmp["dc:title"])):
            yield "titles differ"
    if pdf.is_encrypted:
        yield "encrypted"
    if "/ID" not in pdf.trailer:
        yield "no file identifier"


def _catalog(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not str(root.get("/Lang", "")).startswith("zh"):
        yield "no language"
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "not marked as tagged"
    if root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield "tags are suspect"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "the title is not shown"
    intents = root.get("/OutputIntents", Array())
    if not any(one.S == "/GTS_PDFA1" and one.DestOutputProfile.N in (1, 3, 4) for one in intents):
        yield "no output intent with a profile"
    yield from (f"{name} in the catalog" for name in ("/OpenAction", "/AA", "/OCProperties") if name in root)
    if "/JavaScript" in root.get("/Names", Dictionary()):
        yield "JavaScript"


def _fonts(pdf: Pdf) -> Iterator[str]:
    for font in _dictionaries(pdf, "/Font"):
        name = str(font.get("/BaseFont", "?"))
        if font.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2"):
            descriptor = font.get("/FontDescriptor", Dictionary())
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys()):
                yield f"{name} is not embedded"
            if name[7:8] != "+":
                yield f"{name} is no subset"
        elif font.get("/Subtype") == "/Type0":
            if "/ToUnicode" not in font:
                yield f"{name} has no ToUnicode"
        elif font.get("/Subtype") != "/Type3" or "/ToUnicode" not in font:
            yield f"{name} is a font of another kind"


def _objects(pdf: Pdf, part: str) -> Iterator[str]:
    for one in pdf.objects:
        if not isinstance(one, (Dictionary, Stream)):
            continue
        if one.get("/S") in FORBIDDEN_ACTIONS and one.get("/Type") in (None, "/Action"):
            yield f"action {one.S}"
        if isinstance(one, Stream):
            used = one.get("/Filter", Array())
            if FORBIDDEN_FILTERS & {str(name) for name in (used if isinstance(used, Array) else [used])}:
                yield "forbidden filter"
            if "/F" in one:
                yield "a stream in another file"
        if one.get("/Type") == "/Filespec" and (part == "2" or "/AFRelationship" not in one):
            yield "a file is attached"
        if one.get("/Type") == "/XObject" and one.get("/Subtype") == "/PS":
            yield "PostScript"
    for number, page in enumerate(pdf.pages, start=1):
        annotations = page.get("/Annots", Array())
        if len(annotations) and page.get("/Tabs") != "/S":
            yield f"page {number}: tabs not in the order of the structure"
        for annotation in annotations:
            if annotation.Subtype == "/Widget":
                continue
            if not int(annotation.get("/F", 0)) & 4:
                yield f"page {number}: an annotation is not printed"
            if "/StructParent" not in annotation or not str(annotation.get("/Contents", "")):
                yield f"page {number}: an annotation is not in the structure or says nothing"


def _marks(pdf: Pdf) -> Iterator[str]:
    """Everything painted is content of the structure or an artifact, and both sides know the same content."""
    known = _content_of_structure(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        stack: list[str] = []
        seen: set[int] = set()
        for instruction in pikepdf.parse_content_stream(page):
            operands, sign = instruction.operands, str(instruction.operator)
            if sign in ("BMC", "BDC"):
                properties = operands[1] if len(operands) > 1 else Dictionary()
                if isinstance(properties, Name):
                    properties = page.Resources.Properties[properties]
                identifier = properties.get("/MCID")
                if identifier is not None:
                    if int(identifier) in seen:
                        yield f"page {number}: content {identifier} twice"
                    seen.add(int(identifier))
                kind = "artifact" if operands[0] == "/Artifact" else "content" if identifier is not None else "span"
                if kind != "span" and any(one != "span" and one != kind for one in stack):
                    yield f"page {number}: {kind} inside {stack}"
                stack.append(kind)
            elif sign == "EMC":
                stack.pop()
            elif sign in PAINTING and not {"artifact", "content"} & set(stack):
                yield f"page {number}: {sign} belongs to nothing"
        if stack:
            yield f"page {number}: marks are left open"
        if seen != (wanted := known.get(page.obj.objgen, set())):
            yield f"page {number}: structure and content differ in {sorted(seen ^ wanted)[:5]}"


def _content_of_structure(pdf: Pdf) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = {}
    for element, page in _elements(pdf.Root.get("/StructTreeRoot", Dictionary())):
        for kid in _kids(element):
            where = page
            if isinstance(kid, Dictionary) and kid.get("/Type") == "/MCR":
                where, kid = kid.get("/Pg", page), kid.MCID
            if isinstance(kid, int) and where is not None:
                found.setdefault(where.objgen, set()).add(int(kid))
    return found


def _structure(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        yield "no structure"
        return
    roles = root.get("/RoleMap", Dictionary())
    level = 0
    for element, _ in _elements(root):
        kind = str(element.S)[1:]
        kind = str(roles[f"/{kind}"])[1:] if f"/{kind}" in roles else kind
        if kind not in STANDARD_TYPES:
            yield f"unknown type {kind}"
        parent = str(element.P.get("/S", "/"))[1:]
        if kind in PARENTS and parent not in PARENTS[kind]:
            yield f"{kind} in {parent}"
        if kind in {"Figure", "Formula"} and not str(element.get("/Alt", "") or element.get("/ActualText", "")):
            yield f"{kind} without alternative text"
        if kind[0] == "H" and kind[1:].isdigit():
            if int(kind[1:]) > level + 1:
                yield f"{kind} follows a heading of level {level}"
            level = int(kind[1:])
        if kind == "TH" and "/Scope" not in _attributes(element):
            yield "TH without scope"


def _attributes(element: Any) -> set[str]:
    held = element.get("/A", Array())
    return {name for one in (held if isinstance(held, Array) else [held]) for name in one.keys()}  # noqa: SIM118


def _elements(element: Any, page: Any = None) -> Iterator[tuple[Any, Any]]:
    """The elements of the structure in reading order, each with the page its content is on."""
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and "/S" in kid:
            on = kid.get("/Pg", page)
            yield kid, on
            yield from _elements(kid, on)


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _dictionaries(pdf: Pdf, kind: str) -> Iterator[Any]:
    return (one for one in pdf.objects if isinstance(one, (Dictionary, Stream)) and one.get("/Type") == kind)
