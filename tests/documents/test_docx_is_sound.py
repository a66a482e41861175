"""The DOCX opens without repair: parts and relations are whole, elements stand in the order of the schema."""

import io
import subprocess
import sys
import zipfile
from datetime import date
from itertools import pairwise
from pathlib import Path

import docx as python_docx
import pytest
from lxml import etree

from replies.documents.annexes import Annex
from replies.documents.docx import UnknownBlock, write_docx
from replies.documents.layout import template_data
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.docx_parts import Docx, W, docx_of
from tests.documents.forms import MATRIX
from tests.documents.generated import generated
from tests.documents.samples import letter

TOP = Path(__file__).resolve().parents[2]
WORD_PARTS = ("document", "styles", "settings", "fontTable", "header1", "footer1", "footer2")
# ISO/IEC 29500-1, annex A (transitional: part 4): the sequences of the types this writer uses.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "settings": "writeProtection view zoom mirrorMargins trackRevisions defaultTabStop autoHyphenation "
    "evenAndOddHeaders drawingGridHorizontalSpacing characterSpacingControl footnotePr endnotePr compat docVars rsids "
    "themeFontLang clrSchemeMapping decimalSymbol listSeparator",
    "font": "altName panose1 charset family notTrueType pitch sig embedRegular",
    "docDefaults": "rPrDefault pPrDefault",
    "styles": "docDefaults latentStyles style",
    "p": "pPr r fldSimple",
    "tbl": "tblPr tblGrid tr",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
    "tblGrid": "gridCol",
    "tr": "tblPrEx trPr tc",
    "trPr": "cantSplit tblHeader",
    "tc": "tcPr p",
    "tcPr": "cnfStyle tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign",
    "body": "p tbl sectPr",
}


def out_of_order(root: etree._Element) -> list[str]:
    """What stands before something it must follow, or does not belong where it stands."""
    found = []
    for element in root.iter(f"{W}*"):
        name = etree.QName(element).localname
        if name not in ORDER:
            continue
        order = ORDER[name].split()
        names = [etree.QName(child).localname for child in element]
        found += [f"{child} in {name}" for child in names if child not in order]
        if name == "p":  # runs and fields mix
            names = ["r" if child == "fldSimple" else child for child in names]
        if name == "body":  # and so do paragraphs and tables
            names = ["p" if child == "tbl" else child for child in names]
        places = [order.index(child) for child in names if child in order]
        found += [f"{name}: {order[low]} after {order[high]}" for high, low in pairwise(places) if low < high]
        if name in {"pPr", "rPr", "settings"} and len(names) != len(set(names)):
            found.append(f"doubled in {name}: {names}")
    return found


@pytest.mark.parametrize("seed", range(40))
def test_every_element_stands_where_the_schema_wants_it(seed: int) -> None:
    made = docx_of(generated(seed))
    parts = [*WORD_PARTS, *(["footer3"] if generated(seed).form == DOCUMENT_FORM else [])]
    assert {part: out_of_order(made.xml(part)) for part in parts} == {part: [] for part in parts}


def test_the_check_of_the_order_finds_what_is_wrong() -> None:
    wrong = etree.fromstring(f'<w:p xmlns:w="{W[1:-1]}"><w:pPr><w:jc/><w:spacing/><w:jc/><w:b/></w:pPr></w:p>')
    assert len(out_of_order(wrong)) == 3


@pytest.mark.parametrize("form", ["letter", "document"])
def test_every_part_has_a_type_and_every_relation_a_target(form: str) -> None:
    made = docx_of(letter(form=form))
    types = etree.fromstring(made.parts["[Content_Types].xml"])
    named = {str(one.get("PartName"))[1:] for one in types.iter("{*}Override")}
    assert named == {name for name in made.parts if not name.endswith(".rels") and name != "[Content_Types].xml"}
    for source, folder in (("_rels/.rels", ""), ("word/_rels/document.xml.rels", "word/")):
        relations = list(etree.fromstring(made.parts[source]).iter("{*}Relationship"))
        assert {folder + str(one.get("Target")) for one in relations} <= set(made.parts)
        assert len({one.get("Id") for one in relations}) == len(relations)


def test_every_style_that_is_used_exists_and_every_reference_leads_to_its_part() -> None:
    made = docx_of(letter(annexes=(Annex("附表", ("一段。",), (MATRIX,)),)))
    known = {style.get(f"{W}styleId") for style in made.find("//w:style", "styles")}
    used = {node.get(f"{W}val") for node in made.find("//w:pStyle | //w:rStyle")}
    followers = {node.get(f"{W}val") for node in made.find("//w:next | //w:basedOn", "styles")}
    assert used | followers <= known
    relations = etree.fromstring(made.parts["word/_rels/document.xml.rels"])
    targets = {one.get("Id"): one.get("Target") for one in relations}
    references = made.find("//w:headerReference | //w:footerReference")
    assert [targets[node.attrib.values()[1]] for node in references] == ["header1.xml", "footer1.xml", "footer2.xml"]


def test_an_independent_reader_opens_it_and_knows_whose_it_is() -> None:
    document = python_docx.Document(io.BytesIO(docx_of(letter()).content))
    properties = document.core_properties
    assert properties.title == letter().title
    assert properties.author == "盘锦市司法局"
    assert properties.created == properties.modified
    assert properties.created is not None
    assert properties.created.isoformat()[:19] == "2022-08-18T00:00:00"
    assert [paragraph.style.name for paragraph in document.paragraphs[:4] if paragraph.style] == [
        "发文机关标志",
        "发文字号",
        "办理类别",
        "公文标题",
    ]


def test_the_outline_is_that_of_the_pdf() -> None:
    made = docx_of(letter())
    levels = [int(node.attrib.values()[0]) for node in made.find("//w:p/w:pPr/w:outlineLvl")]
    data = template_data(letter())
    assert levels == [block["level"] - 1 for block in data["blocks"] if block["kind"] == "heading"]


def test_the_same_letter_gives_the_same_bytes_here_again_and_in_another_process() -> None:
    code = (
        "import sys; from tests.documents.samples import letter; from tests.documents.docx_parts import docx_of; "
        "sys.stdout.buffer.write(docx_of(letter()).content)"
    )
    here = docx_of(letter()).content
    docx_of(letter(title="另一份答复"))
    assert docx_of(letter()).content == here
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, check=True)
    assert done.stdout == here


def test_the_entries_are_dated_with_the_day_of_signing() -> None:
    with zipfile.ZipFile(io.BytesIO(docx_of(letter()).content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2022, 8, 18, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
    old = docx_of(letter(signed_on=date(1976, 10, 6)))
    assert zipfile.ZipFile(io.BytesIO(old.content)).infolist()[0].date_time[0] == 1980


def test_what_a_user_typed_stays_text() -> None:
    typed = "</w:t><w:br/>&amp; <script>alert(1)</script> \"'"
    made = docx_of(letter(opening=typed, title=typed, signers=(typed,)))
    texts = [node.text for node in made.find("//w:t")]
    assert texts.count(typed) >= 2
    assert python_docx.Document(io.BytesIO(made.content)).core_properties.title == typed


def test_a_block_it_does_not_know_is_refused_and_never_left_out() -> None:
    data = template_data(letter())
    with pytest.raises(UnknownBlock, match="table"):
        write_docx({**data, "blocks": [*data["blocks"], {**data["blocks"][0], "kind": "table"}]})


def test_it_is_small() -> None:
    assert len(Docx(docx_of(letter()).content).content) < 20_000
