"""The OFD as a container: whole, dated, repeatable, with its fonts; read back by a reader that is not ours."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import ofdkit
import pytest
from fontTools.ttLib import TTFont

from replies.documents.engine import UnshowableText
from replies.documents.layout import template_data
from replies.documents.ofd import write_ofd
from replies.documents.ofd.fonts import Fonts
from replies.documents.ofd.geometry import Unportable, read_pages
from replies.documents.pdf import render_pdf
from tests.documents.ofd_pages import OFD, Ofd, pdf_and_ofd, read_text
from tests.documents.samples import expected_text, letter, squeezed

TOP = Path(__file__).resolve().parents[2]
RARE_NAMES = "喆堃祎赟瑄翀琤昇䶮㛃𫖮𬭚"


@pytest.fixture(scope="module")
def ofd() -> Ofd:
    return pdf_and_ofd(letter())[1]


def test_an_independent_reader_gives_the_text_of_the_letter_in_its_order(ofd: Ofd) -> None:
    assert read_text(ofd) == expected_text(letter())


def test_every_paragraph_comes_back_whole(ofd: Ofd) -> None:
    text = read_text(ofd)
    for block in template_data(letter())["blocks"]:
        assert squeezed(block["lead"] + block["text"]) in text


def test_the_reader_knows_title_author_and_the_day_of_signing(ofd: Ofd) -> None:
    with ofdkit.open(io.BytesIO(ofd.content)) as document:
        information = document.info
    assert (information.title, information.author) == (letter().title, "盘锦市司法局")
    assert (information.creation_date, information.mod_date) == ("2022-08-18", "2022-08-18")
    assert len(information.doc_id or "") == 32


def test_a_draft_has_no_date_of_creation() -> None:
    with ofdkit.open(io.BytesIO(pdf_and_ofd(letter(signed_on=None))[1].content)) as document:
        assert document.info.creation_date is None


def test_every_identifier_is_given_once_and_the_highest_is_told(ofd: Ofd) -> None:
    document = ofd.xml("Doc_0/Document.xml")
    roots = [document, ofd.xml("Doc_0/PublicRes.xml"), *ofd.pages]
    numbers = [int(node.get("ID", "")) for root in roots for node in root.iter(f"{OFD}*") if node.get("ID")]
    assert len(numbers) == len(set(numbers))
    assert max(numbers) == int(document.findtext("{*}CommonData/{*}MaxUnitID") or "")


def test_every_font_and_page_that_is_named_is_there_and_nothing_else(ofd: Ofd) -> None:
    pages = {f"Doc_0/{page.get('BaseLoc')}" for page in ofd.xml("Doc_0/Document.xml").iter(f"{OFD}Page")}
    fonts = {f"Doc_0/Res/{one.text}" for one in ofd.xml("Doc_0/PublicRes.xml").iter(f"{OFD}FontFile")}
    assert set(ofd.parts) == pages | fonts | {"OFD.xml", "Doc_0/Document.xml", "Doc_0/PublicRes.xml"}
    used = {node.get("Font") for page in ofd.pages for node in page.iter(f"{OFD}TextObject")}
    assert used == set(ofd.fonts)


def test_the_embedded_fonts_hold_the_used_characters_and_few_more(ofd: Ofd) -> None:
    texts = [one for page in range(len(ofd.pages)) for one in ofd.texts(page)]
    for name, content in ofd.fonts.values():
        used = {character for one in texts if one.font == name for character in one.text}
        assert {chr(point) for point in TTFont(io.BytesIO(content)).getBestCmap()} == used


def test_rare_characters_are_there_with_a_font_that_has_them() -> None:
    source = letter(
        addressee=f"{RARE_NAMES}委员", opening="占比3‰，气温-5℃，共〇件，见①。", title=f"关于{RARE_NAMES}的答复"
    )
    assert read_text(pdf_and_ofd(source)[1]) == expected_text(source)


def test_the_same_letter_gives_the_same_bytes_here_again_and_in_another_process(ofd: Ofd) -> None:
    code = (
        "import sys; from tests.documents.samples import letter; from tests.documents.ofd_pages import pdf_and_ofd; "
        "sys.stdout.buffer.write(pdf_and_ofd(letter())[1].content)"
    )
    pdf = render_pdf(letter()).content
    assert write_ofd(pdf, template_data(letter())) == ofd.content
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, check=True)
    assert done.stdout == ofd.content


def test_the_entries_are_dated_with_the_day_of_signing(ofd: Ofd) -> None:
    with zipfile.ZipFile(io.BytesIO(ofd.content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2022, 8, 18, 0, 0, 0)}


def test_a_character_the_font_lacks_is_refused_and_not_left_blank() -> None:
    fonts = Fonts([])
    font = fonts.use("FandolFang-Regular", "喆", 1)
    with pytest.raises(UnshowableText) as refused:
        font.subset()
    assert refused.value.text == "喆"


def test_a_font_that_lies_nowhere_is_refused() -> None:
    with pytest.raises(Unportable, match="SimHei"):
        Fonts([]).use("SimHei", "字", 1)


def test_markup_in_the_text_stays_text() -> None:
    source = letter(opening='<ofd:TextObject/> & "引" <script>alert(1)</script>', title="<标题>&amp;")
    made = pdf_and_ofd(source)[1]
    assert read_text(made) == expected_text(source)
    with ofdkit.open(io.BytesIO(made.content)) as document:
        assert document.info.title == "<标题>&amp;"


def test_the_lines_of_a_page_are_read_in_printed_order() -> None:
    pages = read_pages(render_pdf(letter()).content)
    texts = [item.text for item in pages[0].items if hasattr(item, "text")]
    assert texts[:4] == ["盘锦市司法局", "盘司函〔2022〕18号", "A", "对市政协九届一次会议关于推动盘锦市"]
