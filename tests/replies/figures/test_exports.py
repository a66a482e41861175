"""Every list as a sheet: what the person sees, with the columns he chose, as real dates and plain text."""

from __future__ import annotations

import io
import logging
import tempfile
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from panjin_portal.lib.sheets import Column, chosen, write_sheet
from proposals import exports as ground_exports
from proposals.models import Notice, Proposal
from replies.views import sheet_answers
from tests.replies.cases import published
from tests.replies.figures.conftest import TODAY, Filed
from tests.world import World


def file_of(client: Client, page: str, **query: Any) -> Any:
    """The sheet behind an export page."""
    answer = client.get(reverse(page), {**query, "do": "file"})
    assert answer.status_code == 200, answer.content
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]


def lines_of(client: Client, page: str, **query: Any) -> list[dict[str, Any]]:
    head, *lines = file_of(client, page, **query).iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_the_sheet_holds_what_the_list_shows_to_this_person(client: Client, city: World) -> None:
    for who in ("committee_staff", "office_staff", "sfj_clerk", "gaj_leader", "minjian_contact", "nobody"):
        client.force_login(getattr(city, who))
        for query in ({}, {"state": "assigned"}, {"lamp": "overdue"}, {"sort": "due"}):
            listed = client.get(reverse("proposal-list"), query).context["filter"]
            expected = [row.pk for row in listed.qs]
            found = [line["流水号"] for line in lines_of(client, "proposal-export", col="serial", **query)]
            assert sorted(found) == sorted(expected), (who, query)


def test_rows_come_in_the_order_of_the_list(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    query = {"sort": "due"}
    shown = [row.proposal.pk for row in client.get(reverse("proposal-list"), query).context["rows"]]
    assert [line["流水号"] for line in lines_of(client, "proposal-export", col="serial", **query)] == shown


def test_chosen_columns_come_in_the_order_of_the_list_and_others_do_not(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    sheet = file_of(client, "proposal-export", col=["result", "title", "lead", "nonsense"], reply="late")
    assert list(sheet.values) == [
        ("案由", "主办单位", "办理结果类别"),
        ("关于夜市的建议", "市营商局", None),
        ("关于夜市的建议", "市司法局", "B"),
    ]


def test_the_page_remembers_the_choice_and_the_filter(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    answer = client.get(reverse("proposal-export"), {"state": "answered", "col": ["title", "due"], "key": "old"})
    text = answer.content.decode()
    assert [column.key for column, is_chosen in answer.context["choices"] if is_chosen] == ["title", "due"]
    assert '<input type="hidden" name="state" value="answered">' in text
    assert 'name="key"' not in text
    assert "<dt>状态</dt><dd>已答复</dd>" in text
    assert "共 5 行" in text
    assert "一次最多 20000 行" in text


def test_a_filter_that_makes_no_sense_gives_no_file(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    answer = client.get(reverse("proposal-export"), {"state": "nonsense", "do": "file"})
    assert answer.status_code == 400
    assert "筛选条件有误" in answer.content.decode()


def test_dates_are_dates_numbers_are_numbers_and_a_number_with_zeros_is_text(client: Client, filed: Filed) -> None:
    proposal = filed.case("registered")
    Proposal.objects.filter(pk=proposal.pk).update(
        number="005", submitted_at=datetime.fromisoformat("2022-01-05T23:30+00:00")
    )
    client.force_login(filed.world.office_staff)
    sheet = file_of(client, "proposal-export", col=["serial", "number", "submitted"])
    serial, number, submitted = sheet[2]
    assert (serial.value, serial.data_type) == (proposal.pk, "n")
    assert (number.value, number.data_type) == ("005", "s")
    assert (str(submitted.value), submitted.number_format) == ("2022-01-06 00:00:00", "yyyy-mm-dd")  # a Shanghai day
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet["A1"].font.bold) == ("A2", "A1:C2", True)
    assert sheet.column_dimensions["C"].width == 12


@pytest.mark.parametrize("begin", ["=1+1", "+86", "-1", "@SUM(A1)", "#N/A", "\t=1"])
def test_a_text_that_looks_like_a_formula_stays_text(client: Client, filed: Filed, begin: str) -> None:
    filed.case("registered", title=f"{begin}的建议")
    client.force_login(filed.world.office_staff)
    (cell,) = file_of(client, "proposal-export", col="title")[2]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (f"{begin}的建议", "s", True)


def test_the_file_has_a_chinese_name_and_is_kept_by_nobody(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    answer: Any = client.get(reverse("proposal-export"), {"do": "file"})
    name = f"提案列表-{TODAY.isoformat()}.xlsx"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(name)}"
    assert answer["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "private" in answer["Cache-Control"]
    answer.close()
    assert answer.file_to_stream is None or answer.file_to_stream.closed


def test_no_phone_and_no_address_is_a_column(client: Client, city: World) -> None:
    for page in ("proposal-export", "work-export", "notice-export", "public-export"):
        client.force_login(city.committee_staff)
        labels = [column.label for column, _ in client.get(reverse(page)).context["choices"]]
        assert not [label for label in labels if "电话" in label or ("址" in label and label != "网址")]


def test_ratings_are_columns_for_those_who_may_see_statistics_only(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    (line,) = lines_of(client, "proposal-export", col=["attitude", "rating"], rating="dissatisfied")
    assert line == {"评价：办理态度": "满意、满意", "评价：办理结果": "基本满意、不满意"}
    client.force_login(city.minjian_contact)
    assert "rating" not in [column.key for column, _ in client.get(reverse("proposal-export")).context["choices"]]
    assert "评价：办理结果" not in lines_of(client, "proposal-export", col=["rating"])[0]


def test_one_s_own_notices_and_work_only(client: Client, city: World) -> None:
    Notice.objects.create(
        recipient=city.sfj_clerk, text="请签收", link="/", created_at=datetime.fromisoformat("2022-06-01T01:00+00:00")
    )
    client.force_login(city.gaj_leader)
    assert lines_of(client, "notice-export") == []
    client.force_login(city.sfj_clerk)
    (notice,) = lines_of(client, "notice-export")
    assert (notice["内容"], str(notice["时间"]), notice["类别"]) == ("请签收", "2022-06-01 09:00:00", "办理通知")
    work = client.get(reverse("work")).context
    lines = lines_of(client, "work-export")
    assert [line["案由"] for line in lines] == [item.title for item in (*work["owed"], *work["waiting"])]
    assert lines[0]["剩余天数"] == -1


def test_everybody_gets_the_published_replies_and_no_others(client: Client, world: World, quick: None) -> None:
    publication = published(world)
    other = published(world, value="006")
    type(other).objects.filter(pk=other.pk).update(state="unpublished", unpublish_reason="更正")
    year = publication.published_on.year if publication.published_on else 0
    (line,) = lines_of(client, "public-export", col=["index", "published", "page"])
    assert line["索引号"] == publication.index_number
    assert line["发布日期"].date() == publication.published_on
    assert line["网址"].endswith(reverse("public-page", args=[publication.index_number]))
    assert len(lines_of(client, "public-export", year=str(year))) == 1
    assert lines_of(client, "public-export", year=str(year - 1)) == []
    assert len(lines_of(client, "public-export", q=line["索引号"])) == 1  # the words of the list count here too
    assert lines_of(client, "public-export", q="没有的词") == []
    listed = client.get(reverse("public-list"), {"q": line["索引号"]}).content.decode()
    assert f'{reverse("public-export")}?q={publication.index_number}"' in listed
    too_long = client.get(reverse("public-export"), {"q": "长" * 101})
    assert (too_long.status_code, "最多 100 字" in too_long.content.decode()) == (400, True)
    for nonsense in ("0000", "9999", "20", "二〇二二", "99999"):
        assert client.get(reverse("public-export"), {"year": nonsense}).status_code == 404


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are not typeset here."""
    from replies.services import rendering
    from tests.replies.cases import quick_pdf

    monkeypatch.setattr(rendering, "render_in_process", quick_pdf)


def test_a_chunk_takes_the_same_queries_however_many_rows(
    client: Client, filed: Filed, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    client.force_login(filed.world.office_staff)
    client.get(reverse("proposal-export"))  # the first request of a session also writes it
    monkeypatch.setattr(ground_exports, "ROWS_AT_ONCE", 4)
    columns = ["title", "proposers", "lead", "result", "rating", "published", "topic", "background", "files"]
    for _ in range(4):
        filed.answered(filed.world.sfj, 5, filed_at(), "A")
    once = 4  # session with its person, posts, the length of the list, the rows
    per_chunk = 5  # proposers, assignments with bureaus, replies, ratings, publications
    with django_assert_num_queries(once + per_chunk):
        assert len(lines_of(client, "proposal-export", col=columns)) == 4
    for _ in range(8):
        filed.answered(filed.world.sfj, 5, filed_at(), "A")
    with django_assert_num_queries(once + 3 * per_chunk):
        assert len(lines_of(client, "proposal-export", col=columns)) == 12


def filed_at() -> datetime:
    """Any moment before the day."""
    return datetime.fromisoformat("2022-06-01T09:00+08:00")


def test_a_list_over_the_limit_is_cut_and_says_so(client: Client, city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_answers, "MOST_ROWS", 3)
    client.force_login(city.office_staff)
    lines = list(file_of(client, "proposal-export", col="title").values)
    assert len(lines) == 5
    assert lines[-1] == ("只导出了前 3 行，请缩小筛选范围后再导出其余的。",)


def test_the_log_says_what_went_out_without_a_name(
    client: Client, city: World, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(city.office_staff)
    with caplog.at_level(logging.INFO, "replies.views.sheet_answers"):
        lines_of(client, "proposal-export", col="title", proposer="民建")
    (record,) = caplog.records
    assert record.getMessage().startswith("export /proposals/export/: ")
    assert f"account {city.office_staff.pk}" in record.getMessage()
    assert not {"民建", city.office_staff.username, city.office_staff.display_name} & set(record.getMessage().split())


def test_memory_does_not_grow_with_the_rows() -> None:
    columns = [Column[int](str(n), f"列{n}", lambda row, n=n: f"第{row}行第{n}列") for n in range(6)]

    def peak(rows: int) -> int:
        with tempfile.TemporaryFile() as file:
            tracemalloc.start()
            write_sheet(file, title="表", columns=columns, rows=iter(range(rows)), most=rows)
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(10)  # modules that load at first use
    assert peak(1500) < peak(150) * 1.5


def test_a_sheet_that_fails_half_way_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def rows() -> Iterator[str]:
        yield "一"
        raise LookupError

    with tempfile.TemporaryFile() as file, pytest.raises(LookupError):
        write_sheet(file, title="表", columns=[Column[str]("a", "甲", lambda row: row)], rows=rows(), most=9)
    assert list(tmp_path.iterdir()) == []


def test_text_the_format_cannot_hold_is_left_out_or_cut() -> None:
    with tempfile.TemporaryFile() as file:
        columns = [Column[str]("a", "甲", lambda row: row)]
        write_sheet(file, title="a/b:c", columns=columns, rows=["一\x00\ud800二", "长" * 40_000], most=9)
        sheet = load_workbook(file).active
    assert sheet["A2"].value == "一二"
    assert len(sheet["A3"].value) == 32_767
    assert sheet["A3"].value.endswith("后文未导出）")
    assert sheet.title == "a b c"


def test_without_a_choice_the_columns_on_by_default_are_taken() -> None:
    columns = [Column[str]("a", "甲", str), Column[str]("b", "乙", str, is_default=False)]
    assert [column.key for column in chosen(columns, [])] == ["a"]
    assert [column.key for column in chosen(columns, ["b", "x"])] == ["b"]
    assert [column.key for column in chosen(columns, ["x"])] == ["a"]


def refused(answer: HttpResponse) -> bool:
    """Sent to the log-in page."""
    return answer.status_code == 302 and "/login/" in answer["Location"]


@pytest.mark.parametrize("page", ["proposal-export", "work-export", "notice-export"])
def test_a_visitor_who_has_not_signed_in_gets_no_file(client: Client, world: World, page: str) -> None:
    assert refused(client.get(reverse(page), {"do": "file"}))  # type: ignore[arg-type]
