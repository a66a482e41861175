"""The OFD against the ruler, from its XML, and against the PDF, from its picture (DOMAIN.md 2.2 and 2.3)."""

import pypdfium2
import pytest
from PIL import ImageChops, ImageFilter, ImageStat
from PIL.Image import Image

from tests.documents.ofd_pages import RED, Ofd, Text, pdf_and_ofd
from tests.documents.samples import PITCH, TYPE_AREA_BOTTOM, letter, plain_body

PRECISION = 0.15
POINT = 25.4 / 72
DPI = 100
RARE = "喆堃祎赟䶮㛃𫖮𬭚〇①⑳‰℃㎡"


def about(millimetres: float) -> object:
    return pytest.approx(millimetres, abs=PRECISION)


@pytest.fixture(scope="module")
def ofd() -> Ofd:
    return pdf_and_ofd(letter(body=(*letter().body, *plain_body(18))))[1]


def line(ofd: Ofd, text: str, page: int = 0) -> Text:
    return next(one for one in ofd.texts(page) if one.text.startswith(text))


def test_the_paper_is_a4(ofd: Ofd) -> None:
    boxes = [page.findtext("{*}Area/{*}PhysicalBox") for page in ofd.pages]
    assert set(boxes) == {"0 0 210 297"}
    assert ofd.xml("Doc_0/Document.xml").findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox") == "0 0 210 297"


def test_both_red_double_rules_are_drawn_in_place_on_the_first_page_alone(ofd: Ofd) -> None:
    bars = ofd.bars(0)
    assert [(left, end) for left, _, end, _ in bars] == [(about(21), about(191))] * 4
    assert [bottom - top for _, top, _, bottom in bars] == [
        pytest.approx(h, abs=0.01) for h in (0.53, 0.26, 0.26, 0.53)
    ]
    assert bars[3][3] == about(277)
    assert all(ofd.bars(page) == [] for page in range(1, len(ofd.pages)))
    fills = [path.findall("{*}FillColor")[0].get("Value") for path in ofd.pages[0].iter("{*}PathObject")]
    assert fills == [RED] * 4


def test_mark_number_and_class_stand_where_the_standard_wants_them(ofd: Ofd) -> None:
    mark = line(ofd, "盘锦市司法局")
    assert (mark.color, mark.font) == (RED, "FandolSong-Bold")
    assert mark.baseline - 0.766 * mark.size == about(30)
    number, bars = line(ofd, "盘司函"), ofd.bars(0)
    assert number.top - bars[1][3] == about(7 / 8 * 16 * POINT)
    assert number.right == about(184)
    assert number.top < line(ofd, "A").top < line(ofd, "对市政协").top


def test_full_pages_have_22_lines_of_28_characters_on_the_grid() -> None:
    _, ofd = pdf_and_ofd(letter(body=plain_body(1, "字" * 28 * 50)))
    tops = sorted({round(one.top, 2) for one in ofd.texts(1) if one.top < TYPE_AREA_BOTTOM})
    assert tops == [about(37 + row * PITCH) for row in range(22)]
    inner = next(one for one in ofd.texts(1) if len(one.text) == 28)
    assert (inner.left, inner.right) == (about(28), about(184))


def test_fonts_follow_the_level_and_the_title_is_named_bold(ofd: Ofd) -> None:
    found = {one.text[:8]: one.font for page in range(len(ofd.pages)) for one in ofd.texts(page)}
    assert found["对市政协九届一次"] == "FandolSong-Bold"
    assert found["一、关于本条建议"] == "NotoSansSC-Regular"
    assert found["（一）已经完成的"] == "FandolKai-Regular"
    assert found["收到提案后，市司"] == "FandolFang-Regular"
    bold = [font.get("FontName") for font in ofd.xml("Doc_0/PublicRes.xml").iter("{*}Font") if font.get("Bold")]
    assert bold == ["FandolSong-Bold"]
    assert line(ofd, "对市政协").size == pytest.approx(22 * POINT, abs=0.01)


def test_page_numbers_stand_outside_seven_mm_under_the_type_area_and_not_on_page_one(ofd: Ofd) -> None:
    assert all(one.top < TYPE_AREA_BOTTOM for one in ofd.texts(0))
    for page in range(1, len(ofd.pages)):
        (number,) = [one for one in ofd.texts(page) if one.baseline > TYPE_AREA_BOTTOM]
        assert number.text == f"— {page + 1} —"
        assert number.size == pytest.approx(14 * POINT, abs=0.01)
        if page % 2:  # counted from 0: an even page
            assert number.left == about(28 + 14 * POINT)
        else:
            assert number.right == about(184 - 14 * POINT)


def test_indents_and_signature_stand_as_in_the_pdf(ofd: Ofd) -> None:
    cell = 156 / 28
    assert line(ofd, "贵委提出").left == about(28 + 2 * cell)
    assert line(ofd, "民建盘锦市委员会").left == about(28)
    last = len(ofd.pages) - 1
    assert line(ofd, "2022年8月", last).top - line(ofd, "盘锦市司法局", last).top == about(PITCH)
    assert line(ofd, "抄送", last).left == about(28 + 14 * POINT)


def test_the_picture_of_every_page_is_that_of_the_pdf() -> None:
    source = letter(addressee=f"{RARE}委员", opening=f"{RARE}：x²+y、ffi、99.5%、http://example.cn/fi")
    pdf, ofd = pdf_and_ofd(source)
    with pypdfium2.PdfDocument(pdf.content) as document:
        assert len(document) == len(ofd.pages)
        for index in range(len(document)):
            printed = document[index].render(scale=DPI / 72, grayscale=True).to_pil().convert("L")
            drawn = ofd.picture(index, 3 * DPI).resize(printed.size)
            assert apart(printed, drawn) < 0.001, f"page {index + 1}"


def test_the_comparison_of_pictures_sees_a_character_out_of_place() -> None:
    first, second = (pdf_and_ofd(letter(opening=text))[1].picture(0, DPI) for text in ("收悉。", "收。悉"))
    assert apart(first, second) > 0.005


def apart(first: Image, second: Image) -> float:
    """How far two pictures differ: the mean of the places that are clearly another grey. Two programs round the edges
    of characters in two ways, so both are softened first."""
    softened = [image.filter(ImageFilter.GaussianBlur(2)) for image in (first, second)]
    return float(ImageStat.Stat(ImageChops.difference(*softened).point(lambda v: 255 if v > 75 else 0)).mean[0])
