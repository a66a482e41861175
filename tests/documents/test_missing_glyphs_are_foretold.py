"""The check before the signature and the typesetter agree on what can be printed."""

import shutil
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from replies.documents.annexes import Annex, Column, Table
from replies.documents.coverage import missing_glyphs
from replies.documents.fontset import FOLDER
from replies.documents.pdf import MissingGlyph, render_pdf
from replies.structure.outline import Scheme, number
from tests.documents.samples import letter, plain_body, section

SHOWN = {
    "GB 2312": "啊盘锦市镕",
    "rare in names": "喆堃玥珺",
    "extension A": "㐂㙍䶮",
    "extension B, in the font": "𢦏𤈎",
    "signs": "‰℃①〇㎡—…",
    "Latin": "AZaz09é",
    "an accent of its own": "e\u0301",
    "a variation selector": "葛\ufe00葛\U000e0101",
    "taken out before": "甲\u200b乙\u200d丙\ufeff\x07",
    "for private use, printed as a blank": "甲\ue000乙",
    "a form for compatibility": "金",
}
REFUSED = {"extension B": "𠮷", "emoji": "🎉", "Ethiopic": "ሴ", "Thai": "ก", "two of them": "甲🎉乙𠮷"}


def typesetter_says(text: str, **changes: object) -> tuple[str, ...]:
    try:
        render_pdf(letter(**(changes or {"body": plain_body(1, text)})))
    except MissingGlyph as refused:
        return refused.characters
    return ()


@pytest.mark.parametrize("text", [*SHOWN.values()], ids=[*SHOWN])
def test_what_the_typesetter_shows_the_check_lets_pass(text: str) -> None:
    assert missing_glyphs(letter(body=plain_body(1, text))) is None
    assert typesetter_says(text) == ()


@pytest.mark.parametrize("text", [*REFUSED.values()], ids=[*REFUSED])
def test_what_the_typesetter_refuses_the_check_names_with_its_place(text: str) -> None:
    found = missing_glyphs(letter(body=plain_body(1, text)))
    assert found is not None
    refused = typesetter_says(text)
    # typst may stop at the first; the check names them all.
    assert refused
    assert set(refused) <= set(found.characters) <= set(text)
    assert f"正文“{text}”" in found.message
    assert f"U+{ord(found.characters[0]):04X}" in found.message


def test_each_part_is_looked_up_in_the_fonts_it_is_set_in() -> None:
    """Noto Sans SC, which sets headings of the first level alone, lacks what Noto Serif SC has, and the other way."""
    for text, in_heading, in_text in (("\u4db6", False, True), ("\U00025ad7", True, False)):
        heading = number([section(text, "正文。")], Scheme.FULL)
        assert (missing_glyphs(letter(body=heading)) is None) == in_heading == (typesetter_says("", body=heading) == ())
        plain = plain_body(1, text)
        assert (missing_glyphs(letter(body=plain)) is None) == in_text == (typesetter_says("", body=plain) == ())


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": "关于𠮷的答复"}, "标题"),
        ({"addressee": "𠮷委员"}, "主送"),
        ({"opening": "𠮷收悉。"}, "开头"),
        ({"closing": ("特此𠮷复。",)}, "结束语"),
        ({"signers": ("𠮷局",)}, "署名"),
        ({"contact_person": "𠮷"}, "联系人"),
        ({"copies": ("𠮷局",)}, "抄送"),
        ({"masthead": "𠮷局"}, "发文机关标志"),
        ({"annexes": (Annex("对照", ("𠮷",), (Table((Column("事项", 1),), (("内容",),)),)),)}, "附件"),
        ({"annexes": (Annex("对照", (), (Table((Column("事项", 1),), (("𠮷",),)),)),)}, "附件"),
    ],
)
def test_every_part_of_the_letter_is_looked_at(changes: dict[str, object], place: str) -> None:
    found = missing_glyphs(letter(**changes))
    assert found is not None
    assert found.characters == ("𠮷",)
    assert f"{place}“" in found.message


@pytest.mark.parametrize("family", ["FangSong_GB2312", "Rare Names"])
def test_a_font_of_the_site_is_looked_into_as_well(tmp_path: Path, family: str) -> None:
    font = TTFont(FOLDER / "FandolKai-Regular.otf")
    for record in font["name"].names:
        if record.nameID in {1, 4, 16}:
            record.string = family
    for table in font["cmap"].tables:
        table.cmap[ord("ሴ")] = table.cmap[ord("永")]
    font.save(tmp_path / "site.otf")
    text = letter(addressee="ሴ委员", body=plain_body(1, "ሴ"))
    assert missing_glyphs(text) is not None
    assert missing_glyphs(text, [tmp_path]) is None
    assert render_pdf(text, [tmp_path]).pages == 1


@pytest.mark.parametrize("place", ["addressee", "contact_person"])
def test_nobody_is_told_to_write_a_name_otherwise(place: str) -> None:
    found = missing_glyphs(letter(**{place: "𠮷川"}))
    assert found is not None
    assert "请改用规范汉字" not in found.message
    assert "姓名和单位名称不必改字：请管理员添加含有该字的字体" in found.message
    both = missing_glyphs(letter(**{place: "𠮷川", "opening": "收悉🎉。"}))
    assert both is not None
    assert "请改用规范汉字；姓名" in both.message


def test_a_broken_installation_stops_nobody_from_writing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from replies.documents import coverage, fontset

    shutil.copy(FOLDER / "FandolKai-Regular.otf", tmp_path)
    monkeypatch.setattr(fontset, "FOLDER", tmp_path)
    coverage._known.cache_clear()
    try:
        assert missing_glyphs(letter(body=plain_body(1, "𠮷"))) is None
    finally:
        coverage._known.cache_clear()
