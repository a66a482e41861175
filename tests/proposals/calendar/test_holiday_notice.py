"""A year's holiday notice: what is read from a table somebody typed, and what is said about its lines."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from openpyxl import Workbook

from panjin_portal.lib.holidays_seed import official_calendar
from panjin_portal.lib.small_tables import MOST_ROWS, Row, read_table
from panjin_portal.lib.uploads import UploadRefused
from panjin_portal.lib.workdays import Calendar
from proposals.admin.calendar_import import EXAMPLE
from proposals.holiday_notice import Notice, changes_of, read_notice


def read(*lines: tuple[str | date, ...], year: int = 2026) -> Notice:
    return read_notice([Row(number, line) for number, line in enumerate(lines, start=1)], year)


def dates(notice: Notice) -> list[str]:
    return [day.date.isoformat() for day in notice.days]


def errors(notice: Notice) -> list[str]:
    return [str(problem) for problem in notice.problems if problem.is_error]


def warnings(notice: Notice) -> str:
    return "\n".join(str(problem) for problem in notice.problems if not problem.is_error)


def test_the_example_of_the_template_is_the_official_arrangement_of_2026() -> None:
    notice = read(("日期", "安排", "名称"), *EXAMPLE)

    assert notice.problems == []
    told = Calendar({day.date: day.is_working for day in notice.days}, None)
    official = official_calendar([2026])
    year = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    assert [day for day in year if told.is_working(day) != official.is_working(day)] == []


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("2026-02-15", ["2026-02-15"]),
        ("2026/2/5", ["2026-02-05"]),
        ("2026年2月15日（星期日）", ["2026-02-15"]),
        ("2月15日", ["2026-02-15"]),
        ("2月15日至17日", ["2026-02-15", "2026-02-16", "2026-02-17"]),
        ("2月27日—3月1日", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("2026-02-15 ~ 2026-02-16", ["2026-02-15", "2026-02-16"]),
        ("2月14日、28日", ["2026-02-14", "2026-02-28"]),
        ("2月14日（星期六）、2月28日（星期六）", ["2026-02-14", "2026-02-28"]),
    ],
)
def test_days_may_be_written_as_people_write_them(cell: str, found: list[str]) -> None:
    assert dates(read((cell, "放假", "春节"))) == found


def test_a_date_of_a_spreadsheet_is_taken_as_it_is() -> None:
    assert dates(read((date(2026, 2, 15), "放假", "春节"))) == ["2026-02-15"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("2026-02-30", "放假", "春节"), "第1行：没有“2026-02-30”这一天"),
        (("二月十五", "放假", "春节"), "第1行：日期“二月十五”看不懂"),
        (("", "放假", "春节"), "第1行：没有写日期"),
        (("2月20日至2月15日", "放假", "春节"), "第1行：“2月20日至2月15日”的止日在起日之前"),
        (("1月1日至12月1日", "放假", "春节"), "长达335天"),
        (("2027-02-15", "放假", "春节"), "第1行：2027-02-15不在2026年内"),
        (("2025-11-30", "放假", "元旦"), "第1行：2025-11-30不在2026年内"),
        (("2月15日", "加班", "春节"), "第1行：安排“加班”看不懂"),
        (("2月15日", "", "春节"), "第1行：没有写安排"),
        (("2月15日", "放假", "节" * 61), "第1行：名称超过60个字"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(line: tuple[str, ...], said: str) -> None:
    notice = read(line)

    assert any(said in text for text in errors(notice)), errors(notice)
    assert not notice.is_usable


def test_two_lines_that_contradict_each_other_must_be_mended() -> None:
    notice = read(("2月14日", "放假", "春节"), ("2月15日", "放假", "春节"), ("2月14日", "上班", "春节"))

    assert errors(notice) == ["第3行：2026-02-14在第1行写的是放假，两行矛盾，请只留一行。"]


def test_doubled_and_odd_lines_are_warned_about_and_taken() -> None:
    notice = read(
        ("2月15日", "放假", "春节"),
        ("2月15日", "放假", "春节"),
        ("2月11日", "上班", "春节"),
        ("2025-12-31", "放假", ""),
        ("3月1日至3月20日", "放假", "春节"),
    )

    assert notice.is_usable
    said = warnings(notice)
    assert "第2行：2026-02-15与第1行重复" in said
    assert "第3行：2026-02-11本来就是工作日" in said
    assert "第4行：没有写名称" in said
    assert "第4行：2025-12-31在上一年" in said
    assert "第5行：连放20天" in said
    assert "元旦（1月1日）没有写放假" in said
    assert "表里没有元旦、清明、劳动、端午、中秋、国庆" in said


def test_a_year_without_a_make_up_day_is_warned_about() -> None:
    assert "没有一个调休上班日" in warnings(read(("1月1日", "放假", "元旦")))


def test_an_empty_table_is_an_error() -> None:
    assert errors(read(("日期", "安排", "名称"))) == ["没有读到任何日期，请按模板填写。"]


def test_days_the_notice_does_not_name_follow_the_week_again() -> None:
    table = {
        date(2026, 3, 4): (False, "全市放假"),
        date(2026, 1, 1): (False, "元旦"),
        date(2025, 5, 1): (False, "劳动节"),
    }
    changes = changes_of(read(("1月1日", "放假", "元旦"), ("2月14日", "上班", "春节")), table)

    assert [(str(one.date), one.old_words, one.new_words) for one in changes] == [
        ("2026-02-14", "休息（按星期）", "上班 春节"),
        ("2026-03-04", "放假 全市放假", "上班（按星期）"),
    ]


def sheet(rows: list[tuple[object, ...]]) -> io.BytesIO:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_spreadsheets_write(encoding: str) -> None:
    rows = read_table(io.BytesIO("日期,安排,名称\r\n\r\n2月15日,放假,春节\r\n".encode(encoding)), "a.csv")

    assert [(row.number, row.cells) for row in rows] == [
        (1, ("日期", "安排", "名称")),
        (3, ("2月15日", "放假", "春节")),
    ]


def test_an_xlsx_file_is_read_with_its_dates() -> None:
    rows = read_table(sheet([("日期", "安排", "名称"), (date(2026, 2, 15), "放假", "春节")]), "a.xlsx")

    assert rows[1].cells == (date(2026, 2, 15), "放假", "春节")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "空的"),
        (b"\xff\xfe\x00\x81", "a.csv", "读不出"),
        (b",,\n,,\n", "a.csv", "没有内容"),
        (b"a\x00b", "a.csv", "不是文字表格"),
        (b"1\n" * (MOST_ROWS + 1), "a.csv", "超过"),
        (b"PK\x03\x04broken", "a.xlsx", "“a.xlsx”"),
        (b"hello", "a.doc", "请上传 CSV 或 XLSX"),
    ],
)
def test_other_files_are_refused_with_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(UploadRefused) as refusal:
        read_table(io.BytesIO(content), name)

    assert said in refusal.value.message
