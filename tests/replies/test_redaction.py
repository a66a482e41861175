"""Personal data are found before a text is published; harmless figures are left alone. All data are made up."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.redaction import LABELS, HitKind, find_personal_data


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("身份证号11010519491231002X。", HitKind.ID_NUMBER, "11010519491231002X"),
        ("身份证号１１０１０５１９４９１２３１００２Ｘ。", HitKind.ID_NUMBER, "１１０１０５１９４９１２３１００２Ｘ"),
        ("旧证110105491231002。", HitKind.ID_NUMBER, "110105491231002"),
        ("卡号6222 0212 3456 7890 128，请转账", HitKind.BANK_CARD, "6222 0212 3456 7890 128"),
        ("手机13904270000", HitKind.MOBILE, "13904270000"),
        ("请拨139-0427-0000联系", HitKind.MOBILE, "139-0427-0000"),
        ("请拨+86 13904270000联系", HitKind.MOBILE, "+86 13904270000"),
        ("电话0427-2820000", HitKind.LANDLINE, "0427-2820000"),
        ("电话：（0427）2820000转12", HitKind.LANDLINE, "（0427）2820000转12"),
        ("联系电话：2820000", HitKind.LANDLINE, "2820000"),
        ("邮箱li.ming@example.com。", HitKind.EMAIL, "li.ming@example.com"),
        ("车牌辽L12345", HitKind.PLATE, "辽L12345"),
        ("车牌辽L·D12345超速", HitKind.PLATE, "辽L·D12345"),
        ("家庭住址：兴隆台区某某里三号", HitKind.HOME_ADDRESS, "兴隆台区某某里三号"),
        ("住在石油大街幸福小区12号楼3单元501室", HitKind.HOME_ADDRESS, "石油大街幸福小区12号楼3单元501室"),
    ],
)
def test_each_kind_of_personal_data_is_found_at_its_place(text: str, kind: HitKind, found: str) -> None:
    (hit,) = find_personal_data(text)
    assert (hit.kind, hit.text) == (kind, found)
    assert text[hit.start : hit.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "身份证号110105194912310021，校验位不对。",
        "卡号6222021234567890127，校验位不对。",
        "拨打12345热线，受理18.5万件。",
        "索引号govssfj-2022-118155，发布日期2023-08-03。",
        "盘司函〔2022〕5号，投资9.36亿元，增长201.68%。",
        "统一社会信用代码91211100MA0XXXXXXX。",
        "在中兴路168号办理。",
        "2022年5月30日，62900户，10000余条。",
    ],
)
def test_figures_of_an_official_letter_are_left_alone(text: str) -> None:
    assert find_personal_data(text) == []


def test_several_finds_come_in_printed_order_without_overlap() -> None:
    text = "联系人王某，手机13904270000，邮箱w@example.cn，身份证11010519491231002X"
    kinds = [hit.kind for hit in find_personal_data(text)]
    assert kinds == [HitKind.MOBILE, HitKind.EMAIL, HitKind.ID_NUMBER]


def test_every_kind_has_a_chinese_name() -> None:
    assert set(LABELS) == set(HitKind)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.text(st.sampled_from("0123456789Xx-－ １２@.a辽L号路室"), max_size=120))
def test_any_text_is_searched_and_every_hit_is_a_slice_of_it(text: str) -> None:
    hits = find_personal_data(text)
    assert all(text[hit.start : hit.end] == hit.text for hit in hits)
    assert all(before.end <= after.start for before, after in pairwise(hits))
