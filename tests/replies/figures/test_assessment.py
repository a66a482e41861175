"""The assessment of bureaus: every number is its list, every score its formula, and a published sheet stands still."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Bureau, Event, HandlingRequest, Notice
from replies.assessment import MEASURES, Rate, rates
from replies.assessment_sheet import BureauSheet, Line, find, ranked, score_of, sheet_of
from replies.models import (
    AssessmentItem,
    AssessmentScore,
    AssessmentSheet,
    Consultation,
    Feedback,
    Promise,
    Redo,
    Reply,
)
from replies.services import assessing
from replies.services.assessing import Given, open_sheet, publish_sheet
from replies.services.reference import ASSESSMENT, seed_assessment
from tests.replies.figures.conftest import TODAY, Filed, at
from tests.replies.figures.test_statistics import rows_behind
from tests.world import World

BLOCK_QUERIES = 4
PAGE_QUERIES = 12
LINK = re.compile(r'<a href="(/proposals/\?[^"]*assess=[^"]*)">(\d+)<')


@pytest.fixture
def sheet(city: World, filed: Filed) -> AssessmentSheet:
    """The open sheet of a session with cases of every kind."""
    seed_assessment()
    for bureau, days, met in ((city.sfj, -30, -31), (city.sfj, -20, -10), (city.gaj, -5, None)):
        share = filed.share(filed.case("assigned"), bureau, "sole")
        filed.due(share, days, kind="receipt", met=at(TODAY + timedelta(met), 9) if met is not None else None)
        filed.due(share, days, kind="publication", met=at(TODAY + timedelta(met), 9) if met is not None else None)
    refused = filed.share(filed.case("assigned"), city.sfj, "sole")
    granted = filed.share(filed.case("assigned"), city.ysj, "sole", "withdrawn")
    for share, state in ((refused, "refused"), (granted, "granted")):
        HandlingRequest.objects.create(
            assignment=share, kind="return", state=state, text="不属于", asked_by=city.sfj_clerk, asked_at=clock.now()
        )
    reply = Reply.objects.filter(bureau=city.sfj).first()
    assert reply is not None
    Consultation.objects.create(
        proposal=reply.proposal,
        bureau=city.sfj,
        phase="before",
        is_waiver=True,
        held_on=TODAY,
        people="双方",
        content="不需要走访",
        recorded_by=city.sfj_clerk,
        post=city.sfj_clerk.posts.get(),
        recorded_at=clock.now(),
    )
    Redo.objects.create(
        reply=reply, feedback=Feedback.objects.filter(reply=reply).latest("pk"), state="open", opened_at=clock.now()
    )
    for state, due, evidence in (("kept", -10, "办成"), ("open", -1, ""), ("open", 9, "")):
        Promise.objects.create(
            reply=reply,
            proposal=reply.proposal,
            bureau=city.sfj,
            text="办好",
            due_on=TODAY + timedelta(due),
            state=state,
            evidence=evidence,
            created_at=clock.now(),
        )
    return open_sheet(city.office_staff, session=city.session)


def lines_of(sheet: AssessmentSheet, bureau: Bureau) -> dict[str, Line]:
    row = find(sheet_of(sheet, TODAY), bureau.pk)
    assert row is not None
    return {line.source: line for line in row.lines}


def score(
    sheet: AssessmentSheet, bureau: Bureau, points: str = "4.5", reason: str = "材料齐全", *, version: int = 0
) -> None:
    given = {AssessmentItem.objects.get(source="hand").pk: Given(Decimal(points), reason)}
    assessing.score(sheet.opened_by, sheet=sheet, bureau=bureau, given=given, seen_version=version)


def score_all(sheet: AssessmentSheet) -> None:
    for row in sheet_of(sheet, TODAY):
        score(sheet, row.bureau)


def test_the_usual_items_make_a_hundred_points() -> None:
    assert sum(points for _, points, _ in ASSESSMENT) == 100
    assert {source for *_, source in ASSESSMENT} == {*MEASURES, "hand"} == set(AssessmentItem.Source)


def test_the_figures_count_what_they_say(city: World, sheet: AssessmentSheet) -> None:
    found = rates(city.session, TODAY)

    assert {source: found[city.sfj.pk, source] for source in MEASURES} == {
        "receipt": Rate(1, 2),
        "reply": Rate(1, 3),
        "opinion": Rate(0, 0),
        "publication": Rate(1, 2),
        "refused": Rate(1, 10),
        "talk": Rate(1, 2),
        "content": Rate(1, 2),
        "redo": Rate(1, 2),
        "promise": Rate(0, 1),
    }
    assert found[city.gaj.pk, "receipt"] == Rate(0, 1)
    assert found[city.ysj.pk, "refused"] == Rate(0, 2)  # what it gave back counts for nobody


def test_every_number_is_the_length_of_its_list(client: Client, city: World, sheet: AssessmentSheet) -> None:
    client.force_login(city.office_staff)
    numbers: dict[str, str] = {}
    for bureau in (city.sfj, city.gaj, city.ysj):
        page = client.get(reverse("assessment-bureau", args=[sheet.pk, bureau.pk])).content.decode()
        numbers |= dict(LINK.findall(page))

    assert len(numbers) == 3 * 2 * len(MEASURES)
    wrong = {url: (number, rows_behind(client, url)) for url, number in numbers.items()}
    assert {url: pair for url, pair in wrong.items() if int(pair[0]) != pair[1]} == {}


def test_all_bureaus_cost_one_query_a_block(
    city: World, sheet: AssessmentSheet, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(BLOCK_QUERIES):
        rates(city.session, TODAY)


@pytest.mark.parametrize("more", [0, 30])
def test_a_page_costs_the_same_for_any_number_of_cases(
    client: Client, city: World, sheet: AssessmentSheet, filed: Filed, more: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(more):
        filed.due(filed.share(filed.case("assigned"), city.scj, "sole"), -1)
    client.force_login(city.office_staff)
    client.get(reverse("work"))

    with django_assert_max_num_queries(PAGE_QUERIES):
        assert client.get(reverse("assessment")).status_code == 200
    with django_assert_max_num_queries(PAGE_QUERIES):
        assert client.get(reverse("assessment-bureau", args=[sheet.pk, city.sfj.pk])).status_code == 200


@pytest.mark.parametrize(
    ("rate", "low_is_good", "score"),
    [
        (Rate(2, 3), False, "13.3"),
        (Rate(1, 3), True, "13.3"),
        (Rate(0, 5), True, "20.0"),
        (Rate(0, 0), False, None),
        (Rate(1, 8), False, "2.5"),
    ],
)
def test_a_score_is_its_share_of_the_points(rate: Rate, low_is_good: bool, score: str | None) -> None:
    found = score_of(Decimal(20), rate, low_is_good=low_is_good)

    assert found == (Decimal(score) if score else None)


def test_items_without_cases_do_not_count_and_the_total_is_stretched() -> None:
    def line(points: int, score: str | None) -> Line:
        return Line(1, "x", Decimal(points), "reply", Decimal(score) if score else None)

    row = BureauSheet(Bureau(short_name="甲"), (line(20, "15.0"), line(60, "60.0"), line(20, None)))

    assert row.total == Decimal("93.75")
    assert row.stretched
    assert BureauSheet(Bureau(), (line(20, None),)).total is None


def test_who_was_hardly_measured_gets_no_rank() -> None:
    def row(pk: int, *scores: str | None) -> BureauSheet:
        lines = [
            Line(place, "x", Decimal(10), "reply", Decimal(one) if one else None) for place, one in enumerate(scores)
        ]
        return BureauSheet(Bureau(pk=pk, position=pk), tuple(lines))

    rows = ranked([row(1, "10.0", None, None), row(2, "8.0", "9.0", None), row(3, "7.0", "7.0", "7.0")])

    assert [(one.bureau.pk, one.rank, one.total) for one in rows] == [
        (2, 1, Decimal("25.50")),
        (3, 2, Decimal("21.00")),
        (1, 0, Decimal("30.00")),
    ]


def test_equal_totals_share_a_rank_and_who_has_none_comes_last() -> None:
    def row(pk: int, score: str | None) -> BureauSheet:
        made = Line(1, "x", Decimal(10), "reply", Decimal(score) if score else None)
        return BureauSheet(Bureau(pk=pk, position=pk), (made,))

    rows = ranked([row(1, "8.0"), row(2, None), row(3, "9.0"), row(4, "8.0"), row(5, "7.0")])

    assert [(one.bureau.pk, one.rank) for one in rows] == [(3, 1), (1, 2), (4, 2), (5, 4), (2, 0)]


def test_a_formula_explains_the_score(city: World, sheet: AssessmentSheet) -> None:
    lines = lines_of(sheet, city.sfj)

    assert lines["reply"].formula == "20.0 分×33.3%＝6.7"
    assert lines["refused"].formula == "5.0 分×（1－10.0%）＝4.5"
    assert "这一项不计" in lines["opinion"].formula
    assert lines["hand"].formula == "督查室打分"


def test_a_score_by_hand_needs_its_reason_and_stays_within_its_points(city: World, sheet: AssessmentSheet) -> None:
    item = AssessmentItem.objects.get(source="hand")
    refusals = (("5.5", "好", "score"), ("4", "", "reason"), ("-1", "好", "score"), ("4.55", "好", "score"))
    for points, reason, field in refusals:
        with pytest.raises(InvalidInput) as refused:
            score(sheet, city.sfj, points, reason)
        assert list(refused.value.errors) == [f"{field}-{item.pk}"]
    score(sheet, city.sfj)

    line = lines_of(sheet, city.sfj)["hand"]
    assert (line.score, line.reason, line.version) == (Decimal("4.5"), "材料齐全", 1)
    assert "“组织领导”得4.5分（材料齐全）" in Event.objects.filter(proposal=None).latest("number").text


def test_who_scores_from_an_old_page_is_told(city: World, sheet: AssessmentSheet) -> None:
    score(sheet, city.sfj)

    with pytest.raises(WrongStage, match="别人刚改过"):
        score(sheet, city.sfj, "3.0", version=0)
    score(sheet, city.sfj, "3.0", version=1)


def test_a_sheet_is_published_when_every_bureau_has_its_scores(city: World, sheet: AssessmentSheet) -> None:
    with pytest.raises(InvalidInput, match=r"还有单位没有打分：.*市公安局.*请先打分"):
        publish_sheet(city.office_staff, sheet=sheet)
    score_all(sheet)
    publish_sheet(city.office_staff, sheet=sheet)

    told = Notice.objects.filter(kind="assessment_published")
    assert {notice.recipient_id for notice in told} >= {city.sfj_clerk.pk, city.sfj_leader.pk, city.committee_staff.pk}
    assert told[0].text == "九届一次会议承办单位考核结果已公布，请查看"


def test_a_published_sheet_stands_still(city: World, sheet: AssessmentSheet, filed: Filed) -> None:
    score_all(sheet)
    before = [(row.bureau.pk, row.total, row.rank) for row in sheet_of(sheet, TODAY)]
    published = publish_sheet(city.office_staff, sheet=sheet)
    filed.due(filed.share(filed.case("assigned"), city.sfj, "sole"), -1)
    AssessmentItem.objects.filter(source="hand").update(name="改名", points=1)

    rows = sheet_of(published, TODAY)
    assert [(row.bureau.pk, row.total, row.rank) for row in rows] == before
    assert {line.name for line in rows[0].lines} == {name for name, *_ in ASSESSMENT}
    assert AssessmentScore.objects.count() == 4 * len(ASSESSMENT)
    with pytest.raises(WrongStage):
        score(published, city.sfj, version=1)
    with pytest.raises(WrongStage):
        publish_sheet(city.office_staff, sheet=published)


def test_a_session_with_items_of_its_own_has_those_only(city: World, sheet: AssessmentSheet) -> None:
    AssessmentItem.objects.create(session=city.session, name="答复", points=100, source="reply")

    assert [line.name for line in sheet_of(sheet, TODAY)[0].lines] == ["答复"]


def test_only_the_office_keeps_the_sheet(city: World, sheet: AssessmentSheet) -> None:
    for person in (city.committee_staff, city.sfj_leader, city.admin, city.minjian_contact):
        with pytest.raises(NotAllowed):
            publish_sheet(person, sheet=sheet)
        with pytest.raises(NotAllowed):
            open_sheet(person, session=city.session)
    with pytest.raises(WrongStage, match="已经开始"):
        open_sheet(city.office_colleague, session=city.session)


def test_a_bureau_sees_its_own_lines_after_publication(client: Client, city: World, sheet: AssessmentSheet) -> None:
    def status(bureau: Bureau) -> int:
        return client.get(reverse("assessment-bureau", args=[sheet.pk, bureau.pk])).status_code

    client.force_login(city.sfj_clerk)
    assert status(city.sfj) == 404
    assert "还没有公布" in client.get(reverse("assessment")).content.decode()
    score_all(sheet)
    publish_sheet(city.office_staff, sheet=sheet)

    assert (status(city.sfj), status(city.gaj)) == (200, 404)
    page = client.get(reverse("assessment")).content.decode()
    assert "市司法局" in page
    assert "市公安局" not in page
    client.force_login(city.committee_staff)
    assert (status(city.sfj), status(city.gaj)) == (200, 200)


def sheet_rows(client: Client, sheet: AssessmentSheet) -> list[tuple[Any, ...]]:
    answer = client.get(reverse("assessment-export", args=[sheet.pk]))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return list(load_workbook(io.BytesIO(content)).active.values)


def test_the_sheet_can_be_taken_along(client: Client, city: World, sheet: AssessmentSheet) -> None:
    score_all(sheet)
    publish_sheet(city.office_staff, sheet=sheet)
    client.force_login(city.office_staff)

    rows = sheet_rows(client, sheet)
    assert rows[0][:5] == ("承办单位", "名次", "总分", "按时签收（10分）", "怎么算的")
    assert len(rows) == 5
    own = next(row for row in rows if row[0] == "盘锦市司法局")
    assert own[4] == "按时签收的提案1÷签收已到期或已办的提案2；10.0 分×50.0%＝5.0"
    assert own[-2:] == (4.5, "材料齐全")
    client.force_login(city.sfj_clerk)
    assert [row[0] for row in sheet_rows(client, sheet)] == ["承办单位", "盘锦市司法局"]


def test_the_office_goes_the_whole_way_through_the_pages(client: Client, city: World, sheet: AssessmentSheet) -> None:
    client.force_login(city.office_staff)
    item = AssessmentItem.objects.get(source="hand")
    page = reverse("assessment-score", args=[sheet.pk, city.sfj.pk])
    bad = client.post(page, {"version": 0, f"score-{item.pk}": "9", f"reason-{item.pk}": "好"})
    assert (bad.status_code, "分数不能大于 5.0。" in bad.content.decode()) == (400, True)
    assert 'value="好"' in bad.content.decode()
    assert client.post(page, {"version": 0, f"score-{item.pk}": "4.5", f"reason-{item.pk}": "好"}).status_code == 302
    publish = reverse("assessment-publish", args=[sheet.pk])
    refused = client.post(publish)
    assert (refused.status_code, "还有单位没有打分" in refused.content.decode()) == (400, True)
    for row in sheet_of(sheet, TODAY):
        if row.bureau != city.sfj:
            score(sheet, row.bureau)
    assert client.post(publish, follow=True).status_code == 200
    sheet.refresh_from_db()
    assert sheet.state == "published"


def test_beside_a_published_number_it_is_said_that_its_list_is_of_today(
    client: Client, city: World, sheet: AssessmentSheet
) -> None:
    client.force_login(city.office_staff)
    address = reverse("assessment-bureau", args=[sheet.pk, city.sfj.pk])
    assert "点开按今天的数据" not in client.get(address).content.decode()
    AssessmentSheet.objects.filter(pk=sheet.pk).update(published_at=clock.now())
    shown = client.get(address).content.decode()
    lines = [line for line in shown.splitlines() if "?session=" in line and "÷" in line]
    assert lines
    assert all("点开按今天的数据" in line for line in lines)


def test_an_unknown_session_shows_nothing(client: Client, city: World, sheet: AssessmentSheet) -> None:
    client.force_login(city.office_staff)

    assert client.get(reverse("assessment"), {"session": "x"}).status_code == 200


def test_the_filter_is_not_offered_to_proposers(client: Client, city: World, sheet: AssessmentSheet) -> None:
    client.force_login(city.minjian_contact)
    everything: QuerySet[Any] = client.get(reverse("proposal-list")).context["form"].fields

    assert "assess" not in everything
