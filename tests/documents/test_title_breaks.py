"""Long titles break by meaning and are never cut inside a word that must stay whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.documents.title_lines import split_title, width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于辽河口湿地保护提案的答复", ["关于辽河口湿地保护提案的答复"]),
        (
            "对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复",
            ["对市政协九届一次会议关于推动盘锦市", "营商环境法治化建设（第005号）提案的答复"],
        ),
        (
            "对市政协九届一次会议关于在全市中小学推广心理健康教育、建立家校医协同机制并配齐专职教师的建议（第031号）提案的答复",
            [
                "对市政协九届一次会议",
                "关于在全市中小学推广心理健康教育、",
                "建立家校医协同机制并配齐专职教师的建议",
                "（第031号）提案的答复",
            ],
        ),
    ],
)
def test_titles_of_replies_break_where_a_reader_pauses(title: str, lines: list[str]) -> None:
    assert list(split_title(title, 20)) == lines


@given(st.text(st.sampled_from("关于的市局（第1A号）《》“”、加强管理"), min_size=1, max_size=120))
def test_the_lines_are_the_title_and_fit(title: str) -> None:
    lines = split_title(title, 20)
    assert "".join(lines) == title
    assert all(width(line) <= 20 for line in lines)


def test_a_number_and_its_brackets_stay_on_one_line() -> None:
    for extra in range(1, 30):
        lines = split_title("关于" + "加强湿地管理工作" * 4 + "措" * extra + "（第005号）提案的答复", 20)
        assert sum("（第005号）" in line for line in lines) == 1


def test_the_name_of_a_city_body_is_not_torn() -> None:
    lines = split_title("关于交办市政协九届一次会议第005号提案的通知", 20)
    assert lines == ("关于交办市政协九届一次会议", "第005号提案的通知")
