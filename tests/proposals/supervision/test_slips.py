"""督办单: a demand with a number and a day, a report that is kept as a draft, an opinion of the office."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoCaptureOnCommitCallbacks

from panjin_portal.lib import clock
from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, DeadlineRule, Event, Notice, Proposal, SlipFile, SupervisionSlip
from proposals.permissions_supervision import visible_slip_files, visible_slips
from proposals.services.slip_answers import add_files, hand_in, remove_files, save_draft
from proposals.services.slips import accept_answer, issue_slip, return_answer, withdraw_slip
from replies.worklist import work_of
from tests.proposals.stages import assigned, registered
from tests.world import World

DAY = datetime(2022, 5, 10, 10, 0, tzinfo=clock.SHANGHAI)
TRANSITION_QUERIES, LIST_QUERIES, DETAIL_QUERIES = 16, 10, 15


@pytest.fixture(autouse=True)
def on_the_day(clock_at: Callable[[datetime], None]) -> None:
    clock_at(DAY)


@pytest.fixture
def proposal(world: World) -> Proposal:
    return assigned(world)[0].proposal


@pytest.fixture
def slip(world: World, proposal: Proposal) -> SupervisionSlip:
    return issued(world, proposal)


def issued(
    world: World, proposal: Proposal, key: str = "k", due_on: date | None = date(2022, 5, 20)
) -> SupervisionSlip:
    return issue_slip(
        world.office_staff, proposal=proposal, bureau=world.sfj, text="请报送清理进展。", key=key, due_on=due_on
    )


def reported(world: World, slip: SupervisionSlip, text: str = "已清理三十一件。") -> SupervisionSlip:
    slip.refresh_from_db()
    saved = save_draft(world.sfj_clerk, slip=slip, text=text, version=slip.version)
    hand_in(world.sfj_clerk, slip=saved, seen_version=saved.version)
    slip.refresh_from_db()
    return slip


def clocks(slip: SupervisionSlip) -> list[Deadline]:
    return list(Deadline.objects.filter(kind="slip", reference=slip.reference).order_by("id"))


def test_a_slip_has_a_number_a_clock_and_is_told_to_the_bureau(slip: SupervisionSlip, world: World) -> None:
    assert str(slip) == "督办〔2022〕1号"
    (running,) = clocks(slip)
    assert (running.due_on, running.bureau, running.recipient_role) == (date(2022, 5, 20), world.sfj, "clerk")
    told = {notice.recipient for notice in Notice.objects.filter(link=reverse("slip-detail", args=[slip.pk]))}
    assert told == {world.sfj_clerk, world.sfj_clerk_colleague, world.sfj_reviewer, world.sfj_leader}
    event = Event.objects.filter(proposal=slip.proposal).latest("number")
    assert event.text == "发出督办单（督办〔2022〕1号）：市司法局，2022年5月20日前报送"


def test_without_a_day_the_rule_of_the_session_gives_it(world: World, proposal: Proposal) -> None:
    assert issued(world, proposal, due_on=None).due_on == date(2022, 5, 24)  # ten working days
    DeadlineRule.objects.filter(kind="slip").delete()
    with pytest.raises(InvalidInput) as refused:
        issued(world, proposal, key="2", due_on=None)
    assert "due_on" in refused.value.errors
    assert str(issued(world, proposal, key="3")) == "督办〔2022〕2号"  # what was refused left no gap


def test_what_is_wrong_is_said_at_its_field(world: World, proposal: Proposal) -> None:
    def wrong(**changes: object) -> set[str]:
        given = {"bureau": world.sfj, "text": "请报送。", "key": "k", "due_on": None, **changes}
        with pytest.raises(InvalidInput) as refused:
            issue_slip(world.office_staff, proposal=proposal, **given)  # type: ignore[arg-type]
        return set(refused.value.errors)

    assert wrong(bureau=world.scj) == {"bureau"}
    assert wrong(text=" ") == {"text"}
    assert wrong(due_on=date(2022, 5, 9)) == {"due_on"}


def test_the_same_form_twice_is_one_slip(world: World, proposal: Proposal) -> None:
    assert issued(world, proposal) == issued(world, proposal)
    assert SupervisionSlip.objects.count() == 1


def test_only_the_office_issues_and_only_where_bureaus_are_at_work(world: World, proposal: Proposal) -> None:
    for person in (world.committee_staff, world.sfj_leader, world.admin):
        with pytest.raises(NotAllowed):
            issue_slip(person, proposal=proposal, bureau=world.sfj, text="请报送。", key="k")
    with pytest.raises(WrongStage):
        issued(world, registered(world, title="关于另一件事的建议"))


def test_the_draft_is_kept_and_two_who_write_at_once_keep_both_texts(slip: SupervisionSlip, world: World) -> None:
    save_draft(world.sfj_clerk, slip=slip, text="我的稿子。", version=1)
    with pytest.raises(EditConflict) as conflict:
        save_draft(world.sfj_clerk_colleague, slip=slip, text="他的稿子。", version=1)
    assert (conflict.value.mine, conflict.value.theirs) == ("他的稿子。", "我的稿子。")
    with pytest.raises(WrongStage):
        hand_in(world.sfj_clerk_colleague, slip=slip, seen_version=1)


def test_files_go_through_the_checks_and_can_be_taken_off_the_draft(
    slip: SupervisionSlip, world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with pytest.raises(InvalidInput):
        add_files(world.sfj_clerk, slip=slip, files=[SimpleUploadedFile("a.exe", b"MZ")])
    (row,) = add_files(world.sfj_clerk, slip=slip, files=[SimpleUploadedFile("台账.txt", "清单".encode())])
    assert not visible_slip_files(world.office_staff)
    assert list(visible_slip_files(world.sfj_leader)) == list(SlipFile.objects.all())
    name = SlipFile.objects.get().file.name or ""
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_files(world.sfj_clerk, slip=slip, ids=[SlipFile.objects.get().pk]) == 1
    assert row is not None
    assert not default_storage.exists(name)


def test_a_report_is_accepted_and_the_slip_is_closed(slip: SupervisionSlip, world: World) -> None:
    add_files(world.sfj_clerk, slip=slip, files=[SimpleUploadedFile("台账.txt", "清单".encode())])
    reported(world, slip)
    assert slip.state == "answered"
    assert clocks(slip)[0].met_at is not None
    assert visible_slip_files(world.office_staff).count() == 1
    with pytest.raises(WrongStage):
        save_draft(world.sfj_clerk, slip=slip, text="再改", version=slip.version)
    accept_answer(world.office_staff, slip=slip, opinion="情况清楚。")
    slip.refresh_from_db()
    assert (slip.state, slip.answers.get().decision) == ("accepted", "accepted")
    with pytest.raises(WrongStage):
        withdraw_slip(world.office_staff, slip=slip, reason="不需要了")


def test_a_report_sent_back_stays_and_the_next_one_stands_beside_it(slip: SupervisionSlip, world: World) -> None:
    reported(world, slip)
    with pytest.raises(InvalidInput):
        return_answer(world.office_staff, slip=slip, opinion=" ")
    return_answer(world.office_staff, slip=slip, opinion="请写明完成时间。", due_on=date(2022, 5, 30))
    slip.refresh_from_db()
    assert (slip.state, slip.draft, slip.due_on) == ("sent_back", "已清理三十一件。", date(2022, 5, 30))
    assert [row.met_at is None for row in clocks(slip)] == [False, True]
    reported(world, slip, "已清理三十一件，六月底全部完成。")
    texts = list(slip.answers.values_list("number", "text", "decision"))
    assert texts == [(1, "已清理三十一件。", "returned"), (2, "已清理三十一件，六月底全部完成。", "")]


def test_withdrawn_it_is_not_owed_any_more_and_its_number_is_not_used_again(
    slip: SupervisionSlip, world: World
) -> None:
    with pytest.raises(InvalidInput):
        withdraw_slip(world.office_staff, slip=slip, reason="")
    withdraw_slip(world.office_staff, slip=slip, reason="已当面汇报")
    assert clocks(slip)[0].cancelled_at is not None
    assert not [line for line in work_of(world.sfj_clerk).owed if line.page == "slip-answer"]
    assert str(issued(world, slip.proposal, key="2")) == "督办〔2022〕2号"


def test_it_stands_on_the_landing_page_of_whoever_owes_the_step(slip: SupervisionSlip, world: World) -> None:
    (line,) = [line for line in work_of(world.sfj_clerk).owed if line.page == "slip-answer"]
    assert line.deadline is not None
    assert line.deadline.due_on == date(2022, 5, 20)
    assert not [line for line in work_of(world.gaj_clerk).owed if line.page.startswith("slip")]
    reported(world, slip)
    assert [line.page for line in work_of(world.office_staff).owed if line.page.startswith("slip")] == ["slip-decide"]
    return_answer(world.office_staff, slip=slip, opinion="请补充。")
    (line,) = [line for line in work_of(world.sfj_clerk).owed if line.page == "slip-answer"]
    assert line.state is not None
    assert line.state.label == "退回重报"


def test_a_slip_is_for_its_bureau_and_the_offices(slip: SupervisionSlip, world: World) -> None:
    for person in (world.sfj_reviewer, world.office_colleague, world.committee_staff, world.admin):
        assert list(visible_slips(person)) == [slip]
    for person in (world.gaj_clerk, world.minjian_contact, world.nobody):
        assert not visible_slips(person)


def test_from_issuing_to_accepting_in_the_portal(client: Client, world: World, proposal: Proposal) -> None:
    client.force_login(world.office_staff)
    page = reverse("proposal-slip", args=[proposal.pk])
    assert "发督办单" in client.get(page).content.decode()
    sent = {"bureau": world.sfj.pk, "text": "请报送清理进展。", "due_on": "2022-05-20", "key": "k"}
    assert "承办单位还没有报送" in client.post(page, sent, follow=True).content.decode()
    slip = SupervisionSlip.objects.get()
    client.force_login(world.sfj_clerk)
    address = reverse("slip-answer", args=[slip.pk])
    assert "请报送清理进展" in client.get(address).content.decode()
    saved = client.post(reverse("slip-autosave", args=[slip.pk]), {"text": "写到一半", "version": 1}).json()
    assert saved["version"] == 2
    upload = SimpleUploadedFile("台账.txt", "清单".encode())
    draft = {"text": "已清理三十一件。", "version": 2, "attachments": [upload], "do": "hand_in"}
    page = client.post(address, draft, follow=True).content.decode()
    assert "附件：台账.txt" in page
    client.post(reverse("slip-hand-in", args=[slip.pk]), {"version": 3})
    client.force_login(world.office_staff)
    assert "已清理三十一件" in client.get(reverse("slip-decide", args=[slip.pk])).content.decode()
    decide = reverse("slip-decide", args=[slip.pk])
    page = client.post(decide, {"do": "return", "opinion": "", "seen": 1}).content.decode()
    assert "请写明哪里要重新报送" in page
    answer = client.post(decide, {"do": "accept", "opinion": "好。", "seen": 1}, follow=True)
    assert "已办结" in answer.content.decode()
    tab = client.get(reverse("proposal-detail", args=[proposal.pk]), {"tab": "supervision"}).content.decode()
    assert str(slip) in tab


def test_a_day_in_a_mistyped_year_is_refused(world: World, proposal: Proposal, slip: SupervisionSlip) -> None:
    with pytest.raises(InvalidInput, match="年份") as refused:
        issued(world, proposal, "k2", date(9999, 12, 31))
    assert set(refused.value.errors) == {"due_on"}
    reported(world, slip)
    with pytest.raises(InvalidInput, match="年份"):
        return_answer(world.office_staff, slip=slip, opinion="补充", due_on=date(2122, 5, 25))
    assert issued(world, proposal, "k3", date(2024, 5, 10)).due_on == date(2024, 5, 10)


def test_a_report_nobody_has_read_is_not_decided_on(client: Client, world: World, slip: SupervisionSlip) -> None:
    reported(world, slip)
    client.force_login(world.office_staff)
    address = reverse("slip-decide", args=[slip.pk])
    assert 'name="seen" value="1"' in client.get(address).content.decode()
    return_answer(world.office_staff, slip=slip, opinion="请补数字。", due_on=date(2022, 5, 25))
    reported(world, slip, "第二次报送，审核人还没有看过。")
    for do in ("accept", "return"):
        answer = client.post(address, {"do": do, "opinion": "好。", "seen": 1})
        assert answer.status_code == 409
        assert "第2次报送" in answer.content.decode()
    assert client.post(address, {"do": "accept", "opinion": "好。"}).status_code == 400
    slip.refresh_from_db()
    assert slip.answers.latest("number").decision == ""
    assert client.post(address, {"do": "accept", "opinion": "好。", "seen": 2}).status_code == 302


def test_an_old_version_is_shown_with_both_texts(client: Client, slip: SupervisionSlip, world: World) -> None:
    save_draft(world.sfj_clerk, slip=slip, text="先存的。", version=1)
    client.force_login(world.sfj_clerk_colleague)
    answer = client.post(reverse("slip-answer", args=[slip.pk]), {"text": "后写的。", "version": 1})
    assert answer.status_code == 409
    for words in ("先存的。", "后写的。", "已被他人保存过"):
        assert words in answer.content.decode()
    live = client.post(reverse("slip-autosave", args=[slip.pk]), {"text": "后写的。", "version": 1})
    assert live.json()["message"].startswith("办理情况刚被同事改过。")
    client.force_login(world.sfj_clerk)
    own = client.post(reverse("slip-answer", args=[slip.pk]), {"text": "后写的。", "version": 1}).content.decode()
    assert "您在另一个页面保存过这段文字" in own
    assert "他人" not in own
    live = client.post(reverse("slip-autosave", args=[slip.pk]), {"text": "后写的。", "version": 1})
    assert live.json()["message"].startswith("办理情况在您的另一个页面保存过。")


def test_a_file_chosen_with_a_text_that_met_another_is_asked_for_again_at_its_field(
    client: Client, slip: SupervisionSlip, world: World
) -> None:
    save_draft(world.sfj_clerk, slip=slip, text="先存的。", version=1)
    client.force_login(world.sfj_clerk_colleague)
    sent = {"text": "后写的。", "version": 1, "attachments": [SimpleUploadedFile("进展.txt", b"x")]}
    answer = client.post(reverse("slip-answer", args=[slip.pk]), sent)
    page = answer.content.decode()
    assert "刚才选择的文件（进展.txt）没有保存，请在这里重新选择" in answer.context["form"]["attachments"].help_text
    assert "刚才选择的附件没有保存" in page
    assert 'enctype="multipart/form-data"' in page
    again = {"text": "合成的。", "version": 2, "attachments": [SimpleUploadedFile("进展.txt", b"x")]}
    assert client.post(reverse("slip-answer", args=[slip.pk]), again).status_code == 302
    assert slip.files.get().name == "进展.txt"


def test_a_step_refused_leads_back_to_the_slip_with_the_words(
    client: Client, slip: SupervisionSlip, world: World
) -> None:
    hand_in(world.sfj_clerk, slip=save_draft(world.sfj_clerk, slip=slip, text="先报了。", version=1), seen_version=2)
    client.force_login(world.sfj_clerk_colleague)
    answer = client.post(reverse("slip-answer", args=[slip.pk]), {"text": "我也写了 一段。", "version": 2})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert f'href="{reverse("slip-detail", args=[slip.pk])}">查看最新情况' in page
    assert "我也写了 一段。" in page


def test_the_office_finds_the_files_where_it_decides(client: Client, slip: SupervisionSlip, world: World) -> None:
    add_files(world.sfj_clerk, slip=slip, files=[SimpleUploadedFile("进展.txt", b"x")])
    hand_in(world.sfj_clerk, slip=save_draft(world.sfj_clerk, slip=slip, text="报。", version=1), seen_version=2)
    client.force_login(world.office_staff)
    page = client.get(reverse("slip-decide", args=[slip.pk])).content.decode()
    assert f'href="{reverse("slip-file", args=[slip.files.get().pk])}"' in page


def test_the_same_file_goes_with_a_second_report_but_not_twice_with_one(world: World, slip: SupervisionSlip) -> None:
    def table() -> SimpleUploadedFile:
        return SimpleUploadedFile("进展.txt", "进展表".encode())

    add_files(world.sfj_clerk, slip=slip, files=[table()])
    with pytest.raises(InvalidInput):
        add_files(world.sfj_clerk, slip=slip, files=[table()])
    hand_in(world.sfj_clerk, slip=save_draft(world.sfj_clerk, slip=slip, text="报。", version=1), seen_version=2)
    return_answer(world.office_staff, slip=slip, opinion="再报。")
    slip.refresh_from_db()
    add_files(world.sfj_clerk, slip=slip, files=[table()])
    second = hand_in(world.sfj_clerk, slip=slip, seen_version=slip.version)
    assert second.files.get().name == "进展.txt"
    assert SlipFile.objects.filter(slip=slip).count() == 2


def test_a_file_that_is_refused_loses_nothing(client: Client, slip: SupervisionSlip, world: World) -> None:
    client.force_login(world.sfj_clerk)
    bad = SimpleUploadedFile("a.exe", b"MZ")
    answer = client.post(
        reverse("slip-answer", args=[slip.pk]), {"text": "写好的。", "version": 1, "attachments": [bad]}
    )
    assert answer.status_code == 400
    assert "写好的。" in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()


def test_the_list_is_filtered_and_taken_along_as_a_sheet(client: Client, slip: SupervisionSlip, world: World) -> None:
    other = issued(world, slip.proposal, key="2")
    withdraw_slip(world.office_staff, slip=other, reason="重复")
    client.force_login(world.office_staff)
    page = client.get(reverse("slip-list"), {"state": "open"}).content.decode()
    assert str(slip) in page
    assert str(other) not in page
    assert str(slip) not in client.get(reverse("slip-list"), {"state": "late"}).content.decode()
    answer = client.get(reverse("slip-export"), {"state": "open", "do": "file"})
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    assert sheet is not None
    rows = list(sheet.values)
    assert [row[0] for row in rows if row[0] in {str(slip), str(other)}] == [str(slip)]


def test_queries_do_not_grow(client: Client, world: World, proposal: Proposal) -> None:
    with CaptureQueriesContext(connection) as found:
        slip = issued(world, proposal)
    assert len(found) <= TRANSITION_QUERIES
    saved = save_draft(world.sfj_clerk, slip=slip, text="好。", version=1)
    with CaptureQueriesContext(connection) as found:
        hand_in(world.sfj_clerk, slip=saved, seen_version=2)
    assert len(found) <= TRANSITION_QUERIES
    with CaptureQueriesContext(connection) as found:
        return_answer(world.office_staff, slip=slip, opinion="再报。")
    assert len(found) <= TRANSITION_QUERIES
    for number in range(3):
        issued(world, proposal, key=str(number))
    client.force_login(world.office_staff)
    for url, most in (
        (reverse("slip-list"), LIST_QUERIES),
        (reverse("slip-detail", args=[slip.pk]), DETAIL_QUERIES),
        (reverse("proposal-slip", args=[proposal.pk]), DETAIL_QUERIES),
        (f"{reverse('proposal-detail', args=[proposal.pk])}?tab=supervision", DETAIL_QUERIES),
    ):
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= most, url
