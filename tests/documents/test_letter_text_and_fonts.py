"""Every character arrives on paper, in a font of ours, and can be read back."""

import io
from dataclasses import replace

import pikepdf
import pytest
from pdfplumber.page import Page

from replies.documents.letter import public_copy
from replies.documents.pdf import MissingGlyph, Pdf, render_pdf
from replies.structure.outline import Section
from tests.documents.samples import expected_text, left_of, letter, pages_of, printed_text

OURS = {"FandolFang-Regular", "FandolKai-Regular", "FandolSong-Bold", "NotoSansSC-Regular", "NotoSerifSC-Regular"}
RARE_NAMES = "喆堃祎赟瑄翀琤昇䶮㛃𫖮𬭚"


def fonts_of(pdf: Pdf) -> dict[str, bool]:
    """Font name without its subset mark -> whether its program is embedded."""
    found = {}
    with pikepdf.open(io.BytesIO(pdf.content)) as document:
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item.FontName).lstrip("/").split("+")[-1]
                found[name] = any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3"))
    return found


def font_of(pages: list[Page], text: str) -> str:
    """The font of the first character of a text."""
    for page in pages:
        line = "".join(c["text"] for c in page.chars)
        if text in line:
            return str(page.chars[line.index(text)]["fontname"]).split("+")[-1]
    raise AssertionError(f"{text} is not printed")


def test_the_text_of_the_pdf_is_the_text_of_the_letter() -> None:
    source = letter()
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_half_width_punctuation_is_printed_full_width() -> None:
    source = letter(opening="您提出的提案(第005号)收悉,现答复如下:")
    assert "提案（第005号）收悉，现答复如下：" in printed_text(render_pdf(source))


def test_the_public_copy_prints_no_contact_and_no_copies() -> None:
    text = printed_text(render_pdf(public_copy(letter())))
    assert text == expected_text(public_copy(letter()))
    assert not any(word in text for word in ("联系", "王敏", "抄送"))


def test_only_our_fonts_are_used_and_all_are_embedded() -> None:
    fonts = fonts_of(render_pdf(letter()))
    assert set(fonts) <= OURS
    assert {"FandolFang-Regular", "FandolKai-Regular", "FandolSong-Bold"} <= set(fonts)
    assert all(fonts.values())


def test_the_file_says_it_is_pdf_a_2a_and_pdf_ua_1_in_chinese() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(letter()).content)) as document:
        metadata = document.open_metadata()
        assert metadata.pdfa_status == "2A"
        assert metadata["pdfuaid:part"] == "1"
        assert str(document.Root.Lang).startswith("zh")
        assert document.Root.MarkInfo.Marked
        assert str(metadata["dc:title"]).startswith("对市政协九届一次会议关于推动盘锦市营商环境法治化建设")


def test_headings_have_the_fonts_of_their_level_and_body_text_is_fangsong() -> None:
    with pages_of(render_pdf(letter())) as pages:
        assert font_of(pages, "一、关于本条建议") == "NotoSansSC-Regular"
        assert font_of(pages, "关于本条建议") == "NotoSansSC-Regular"
        assert font_of(pages, "（二）正在推进") == "FandolKai-Regular"
        assert font_of(pages, "已经完成的工作。") == "FandolKai-Regular"
        assert font_of(pages, "1.建立台账") == "FandolFang-Regular"
        assert font_of(pages, "（1）分级负责") == "FandolFang-Regular"
        assert font_of(pages, "收到提案后") == "FandolFang-Regular"
        assert font_of(pages, "对市政协九届") == "FandolSong-Bold"


def test_a_run_in_heading_shares_its_line_with_the_text_and_another_does_not() -> None:
    with pages_of(render_pdf(letter())) as pages:
        text = "\n".join(page.extract_text() for page in pages)
    assert "已经完成的工作。收到提案后" in text
    assert "正在推进的工作\n" in text


def test_an_imported_letter_prints_its_marks_as_they_stand() -> None:
    body = (
        Section(1, "五、", "第五个部分", False, ("正文一。",), (Section(2, "3、", "第三点。", True, ("正文二。",)),)),
    )
    text = printed_text(render_pdf(letter(body=body)))
    assert "五、第五个部分正文一。3、第三点。正文二。" in text


def test_first_lines_are_indented_by_two_characters() -> None:
    with pages_of(render_pdf(letter())) as pages:
        assert left_of(pages[0], "贵委提出") == pytest.approx(28 + 2 * 156 / 28, abs=0.15)
        assert left_of(pages[0], "民建盘锦市委员会") == pytest.approx(28, abs=0.15)


def test_members_with_rare_names_are_printed_everywhere() -> None:
    source = letter(
        addressee=f"{RARE_NAMES}委员",
        title=f"关于{RARE_NAMES}提案的答复",
        body=(Section(1, "一、", f"{RARE_NAMES}的建议", False, (f"{RARE_NAMES}提出。",)),),
        contact_person=RARE_NAMES,
    )
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_character_no_font_has_is_named_with_its_place() -> None:
    with pytest.raises(MissingGlyph) as refused:
        render_pdf(letter(addressee="𰻝委员", closing=("感谢您，𰻞。",)))
    assert refused.value.characters == ("𰻝", "𰻞")
    assert "“𰻝”（U+30EDD）" in refused.value.message
    assert "主送“𰻝委员”" in refused.value.message
    assert "结束语“感谢您，𰻞。”" in refused.value.message


def test_an_emoji_is_refused_and_not_printed_as_a_hole() -> None:
    with pytest.raises(MissingGlyph, match="开头“收悉😀。”"):
        render_pdf(letter(opening="收悉😀。"))


def test_markup_in_the_text_is_printed_as_text() -> None:
    typed = '#panic("x") $x^2$ *粗* _斜_ `码` <script>alert(1)</script> @ref \\ // /* = - + ~'
    source = letter(opening=typed, title="#[标题]", signers=("#let x",), note="*注*")
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_invisible_and_control_characters_leave_no_trace() -> None:
    pdf = render_pdf(letter(body=(), opening="收\u200b悉\ufeff，\x07现\u202e答复\t如下：\x00"))
    assert "收悉，现答复如下：" in printed_text(pdf)


def test_an_empty_draft_can_be_seen() -> None:
    empty = replace(
        letter(body=(), closing=(), signers=(), copies=(), signed_on=None),
        masthead="", number="", class_mark="", title="", addressee="", opening="", note="",
        contact_person="", contact_phone="",
    )  # fmt: skip
    assert render_pdf(empty).pages == 1
