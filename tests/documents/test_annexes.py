"""Annexes: stored so that earlier letters keep their digest, and set as tables that stay on the paper."""

import io
import json
from hashlib import sha256

import pikepdf
import pytest

from replies.documents.annexes import Annex, Column, Table
from replies.documents.letter import (
    LetterDataError,
    canonical_bytes,
    digest,
    from_dict,
    to_dict,
)
from replies.documents.pdf import MissingGlyph, render_pdf
from tests.documents.samples import (
    MM,
    PITCH,
    SENTENCE,
    TYPE_AREA_BOTTOM,
    expected_text,
    left_of,
    letter,
    pages_of,
    plain_body,
    printed_text,
    rows,
    squeezed,
)
from tests.documents.test_letter_page import about

COLUMNS = (Column("序号", 8), Column("建议", 27), Column("办理结果", 12), Column("答复情况", 41), Column("承诺", 12))
ADDRESS = "https://www.example.org/a/long/address/that/no/cell/can/hold?number=0123456789"


def table(count: int) -> Table:
    return Table(COLUMNS, tuple((str(n), f"第{n}条。{SENTENCE}", "A类", SENTENCE, ADDRESS) for n in range(count)))


def test_a_letter_with_a_plain_annex_that_was_stored_before_is_read_and_keeps_its_digest() -> None:
    stored = to_dict(letter()) | {"annex": ["建议办理情况对照", "1．第一条", "办理结果：A类。"]}
    before = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    read = from_dict(stored)
    assert read.annexes == (Annex("建议办理情况对照", ("1．第一条", "办理结果：A类。")),)
    assert canonical_bytes(read) == before
    assert digest(read) == sha256(before).hexdigest()


@pytest.mark.parametrize(
    "annexes",
    [
        (),
        (Annex("一件"),),
        (Annex("一件", ("段",)),),
        (Annex("表", (), (table(2),)),),
        (Annex("甲", ("段",)), Annex("乙", ("段",), (table(1), table(0)))),
    ],
)
def test_annexes_come_back_from_the_canonical_bytes(annexes: tuple[Annex, ...]) -> None:
    source = letter(annexes=annexes)
    assert from_dict(json.loads(canonical_bytes(source))) == source


@pytest.mark.parametrize("damage", [[{"title": "表"}], [{"title": "表", "paragraphs": [], "tables": [
    {"columns": [["甲", 1]], "rows": [["一", "二"]]}]}], 3])  # fmt: skip
def test_a_damaged_annex_is_refused(damage: object) -> None:
    with pytest.raises(LetterDataError, match="公文数据"):
        from_dict(to_dict(letter()) | {"annexes": damage})


def test_annexes_are_named_one_line_under_the_text_and_a_long_name_wraps_under_its_first_character() -> None:
    names = (
        Annex("提案办理情况征询意见表"),
        Annex("营商环境法治化建设重点任务清单和责任分工以及完成时限一览表（第二批修订稿）"),
    )
    with pages_of(
        render_pdf(letter(body=(), note="", contact_person="", contact_phone="", copies=(), annexes=names))
    ) as pages:
        tops = {text: top for top, text in rows(pages[0]).items()}
        last = next(top for text, top in tops.items() if text == "特此答复。")
        assert tops["附件：1．提案办理情况征询意见表"] - last == about(2 * PITCH)
        assert left_of(pages[0], "附件：1") == about(28 + 2 * 156 / 28)
        second = [c for c in pages[0].chars if abs(c["top"] / MM - (last + 3 * PITCH)) < 0.2]
        assert "".join(c["text"] for c in second[:3]) == "2．营"
        name = second[2]["x0"]
        wrapped = [c for c in pages[0].chars if abs(c["top"] / MM - (last + 4 * PITCH)) < 0.2]
        assert wrapped[0]["x0"] == pytest.approx(name, abs=0.3)


def test_an_annex_begins_on_a_page_of_its_own_with_its_title_on_the_third_line() -> None:
    with pages_of(render_pdf(letter(annexes=(Annex("建议办理情况对照表", ("说明。",)),)))) as pages:
        lines = rows(pages[-1])
        tops = {text: top for top, text in lines.items()}
    assert tops["附件"] == about(37)
    assert tops["建议办理情况对照表"] == about(37 + 2 * PITCH)
    assert tops["说明。"] - tops["建议办理情况对照表"] == about(2 * PITCH + 6 / MM)


def test_a_table_over_many_pages_repeats_its_head_loses_nothing_and_stays_in_the_type_area() -> None:
    source = letter(body=plain_body(2), annexes=(Annex("对照表", (), (table(40),)),), copies=())
    pdf = render_pdf(source)
    with pages_of(pdf) as pages:
        tabled = [page for page in pages if page.rects or page.lines or page.curves][1:]
        assert len(tabled) > 3
        for page in tabled:
            assert "办理结果" in squeezed("".join(c["text"] for c in page.chars))
            inside = [c for c in page.chars if c["top"] / MM < TYPE_AREA_BOTTOM]
            assert min(c["x0"] for c in inside) / MM >= 28
            assert max(c["x1"] for c in inside) / MM <= 184
            assert max(c["bottom"] for c in inside) / MM <= TYPE_AREA_BOTTOM + 0.1
        whole = squeezed("".join(c["text"] for page in pages for c in page.chars))
    # Cells of one row share lines, so each is looked for by its own pieces.
    assert all(f"第{n}条。" in whole for n in range(40))


def test_a_long_western_run_stays_inside_its_column() -> None:
    source = letter(
        body=(), annexes=(Annex("对照表", (), (Table((Column("甲", 1), Column("乙", 5)), ((ADDRESS, "乙文"),)),)),)
    )
    with pages_of(render_pdf(source)) as pages:
        inner = next(c["x0"] for c in pages[-1].chars if c["text"] == "乙" and c["size"] < 11)
        assert max(c["x1"] for c in pages[-1].chars if c["text"] in "https:/w") < inner
        assert ADDRESS in squeezed("".join(c["text"] for c in pages[-1].chars))


def test_copies_follow_the_last_annex() -> None:
    source = letter(annexes=(Annex("甲", ("短。",)), Annex("乙", ("短。",))))
    with pages_of(render_pdf(source)) as pages:
        assert "抄送" in "".join(c["text"] for c in pages[-1].chars)
        assert "附件2" in "".join(c["text"] for c in pages[-1].chars)
    assert printed_text(render_pdf(source)) == expected_text(source)


def test_a_table_is_tagged_as_one_with_a_head() -> None:
    pdf = render_pdf(letter(annexes=(Annex("对照表", (), (table(2),)),)))
    with pikepdf.open(io.BytesIO(pdf.content)) as document:
        tags = [str(item["/S"]) for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
    assert tags.count("/Table") == 1
    assert tags.count("/TH") == len(COLUMNS)
    assert tags.count("/TD") == 2 * len(COLUMNS)


def test_a_character_no_font_has_is_named_with_the_annex() -> None:
    with pytest.raises(MissingGlyph, match=r"附件“吃.面"):
        render_pdf(letter(annexes=(Annex("表", (), (Table((Column("甲", 1),), (("吃\U00030edd面",),)),)),)))


def test_the_digest_of_a_letter_with_a_table_outlives_storing() -> None:
    source = letter(annexes=(Annex("表", (), (table(2),)),))
    assert digest(from_dict(json.loads(json.dumps(to_dict(source))))) == digest(source)


def test_the_names_of_annexes_are_no_text_for_the_signature_to_stand_with() -> None:
    annexes = (Annex("建议办理情况对照表", ("说明。",)),)
    for paragraphs in range(1, 26):
        source = letter(
            body=plain_body(paragraphs, "短段落也占一行。"), annexes=annexes, copies=(), note="", contact_person="",
            contact_phone="",
        )  # fmt: skip
        with pages_of(render_pdf(source)) as pages:
            page = next(p for p in pages if "盘锦市司法局2022年8月18日" in "".join(c["text"] for c in p.chars))
            assert not "".join(c["text"] for c in page.chars).startswith(("附件", "盘锦市司法局2022"))
