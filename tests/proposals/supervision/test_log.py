"""督办记录 and 督办报告 of key proposals: written by the offices, corrected by the writer, history kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, LogFile, Mark, Notice, Proposal, SupervisionForm, SupervisionReport
from proposals.permissions_log import visible_log, visible_reports
from proposals.services.marking import lift_mark, set_mark
from proposals.services.supervision_log import Deed, add_entry, correct_entry, write_report
from tests.proposals.stages import assigned
from tests.world import World

DAY = datetime(2022, 5, 10, 10, 0, tzinfo=clock.SHANGHAI)
DEED = Deed("visit", date(2022, 5, 9), "某副主席、市司法局", "看了两个园区的服务站。")
TRANSITION_QUERIES, DETAIL_QUERIES = 16, 15


@pytest.fixture(autouse=True)
def on_the_day(clock_at: Callable[[datetime], None]) -> None:
    clock_at(DAY)


@pytest.fixture
def proposal(world: World) -> Proposal:
    case = assigned(world)[0].proposal
    set_mark(
        world.committee_staff,
        proposal=case,
        kind=Mark.Kind.KEY,
        proposed_by="提案委",
        leader="某副主席",
        form=SupervisionForm.objects.first(),
    )
    return case


def test_what_was_done_is_written_down_with_its_files_and_told_to_the_bureaus(world: World, proposal: Proposal) -> None:
    file = SimpleUploadedFile("纪要.txt", "纪要".encode())
    entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED, files=[file])
    assert (entry.get_kind_display(), entry.held_on, entry.files.get().name) == ("视察", date(2022, 5, 9), "纪要.txt")
    assert Event.objects.filter(proposal=proposal).latest("number").text == "督办记录：2022-05-09视察"
    told = {notice.recipient for notice in Notice.objects.filter(link=reverse("log-detail", args=[entry.pk]))}
    assert told == {world.sfj_clerk, world.sfj_clerk_colleague, world.gaj_clerk}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "x"}, "kind"),
        ({"held_on": None}, "held_on"),
        ({"held_on": date(2022, 5, 11)}, "held_on"),
        ({"held_on": date(1900, 1, 1)}, "held_on"),
        ({"held_on": date(2020, 12, 31)}, "held_on"),
        ({"people": " "}, "people"),
        ({"content": ""}, "content"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    world: World, proposal: Proposal, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_entry(world.office_staff, proposal=proposal, deed=replace(DEED, **changes))  # type: ignore[arg-type]
    assert set(refused.value.errors) == {field}


def test_a_bad_file_leaves_no_entry_and_no_file(world: World, proposal: Proposal) -> None:
    good, bad = SimpleUploadedFile("a.txt", b"x"), SimpleUploadedFile("a.exe", b"MZ")
    with pytest.raises(InvalidInput) as refused:
        add_entry(world.office_staff, proposal=proposal, deed=DEED, files=[good, bad])
    assert set(refused.value.errors) == {"attachments"}
    assert not LogFile.objects.exists()
    assert not proposal.log_entries.exists()


def test_only_its_writer_corrects_it_and_what_stood_before_is_kept(world: World, proposal: Proposal) -> None:
    entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    better = replace(DEED, content="看了三个园区的服务站。")
    for person in (world.committee_colleague, world.office_staff, world.sfj_clerk):
        with pytest.raises(NotAllowed):
            correct_entry(person, entry=entry, deed=better, reason="数错了", version=1)
    with pytest.raises(InvalidInput):
        correct_entry(world.committee_staff, entry=entry, deed=better, reason=" ", version=1)
    correct_entry(world.committee_staff, entry=entry, deed=better, reason="园区数写错", version=1)
    entry.refresh_from_db()
    before = entry.revisions.get()
    assert (entry.content, entry.version) == ("看了三个园区的服务站。", 2)
    assert (before.content, before.version, before.reason) == ("看了两个园区的服务站。", 1, "园区数写错")
    with pytest.raises(EditConflict) as conflict:
        correct_entry(world.committee_staff, entry=entry, deed=DEED, reason="旧页面", version=1)
    assert (conflict.value.mine, conflict.value.theirs) == (DEED.content, better.content)


def test_only_key_proposals_have_a_log_and_a_lifted_mark_ends_the_writing_only(
    world: World, proposal: Proposal
) -> None:
    entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    lift_mark(world.committee_staff, proposal=proposal, kind=Mark.Kind.KEY)
    with pytest.raises(WrongStage):
        add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    with pytest.raises(WrongStage):
        write_report(world.office_staff, proposal=proposal, text="报告", seen_number=0)
    assert list(visible_log(world.office_staff)) == [entry]


def test_the_bureaus_at_work_read_the_log_and_the_offices_the_report_too(world: World, proposal: Proposal) -> None:
    entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    report = write_report(world.office_staff, proposal=proposal, text="督办情况如下。", seen_number=0)
    for person in (world.committee_colleague, world.office_staff, world.sfj_leader, world.gaj_clerk):
        assert list(visible_log(person)) == [entry]
    for person in (world.scj_clerk, world.minjian_contact, world.admin, world.nobody):
        assert not visible_log(person)
    assert list(visible_reports(world.committee_staff)) == [report]
    for person in (world.sfj_leader, world.admin, world.minjian_contact):
        assert not visible_reports(person)


def test_every_saving_of_the_report_is_kept_and_an_old_page_meets_both_texts(world: World, proposal: Proposal) -> None:
    write_report(world.office_staff, proposal=proposal, text="初稿。", seen_number=0)
    write_report(world.office_staff, proposal=proposal, text="初稿。", seen_number=1)  # nothing new
    write_report(world.committee_staff, proposal=proposal, text="二稿。", seen_number=1)
    with pytest.raises(EditConflict):
        write_report(world.office_staff, proposal=proposal, text="另一个二稿。", seen_number=1)
    rows = SupervisionReport.objects.filter(proposal=proposal).values_list("number", "text")
    assert list(rows) == [(2, "二稿。"), (1, "初稿。")]


def test_in_the_portal_it_stands_on_the_case(client: Client, world: World, proposal: Proposal) -> None:
    client.force_login(world.committee_staff)
    file = SimpleUploadedFile("纪要.txt", "纪要".encode())
    sent = {
        "kind": "talk",
        "held_on": "2022-05-09",
        "people": "某副主席",
        "content": "座谈情况。",
        "attachments": [file],
    }
    page = client.post(reverse("proposal-log", args=[proposal.pk]), sent, follow=True).content.decode()
    for words in ("座谈情况。", "附件 1 个", "写督办报告"):
        assert words in page
    entry = proposal.log_entries.get()
    stale = {**sent, "attachments": [], "content": "改过的情况。", "reason": "记错", "read": 1}
    page = client.post(reverse("log-correct", args=[entry.pk]), stale, follow=True).content.decode()
    for words in ("改过的情况。", "座谈情况。", "记错"):
        assert words in page
    assert client.post(reverse("log-correct", args=[entry.pk]), {**stale, "content": "又改。"}).status_code == 409
    report = reverse("proposal-report", args=[proposal.pk])
    assert "督办报告已保存" in client.post(report, {"text": "报告全文。", "read": 0}, follow=True).content.decode()
    assert client.post(report, {"text": "旧页面上写的。", "read": 0}).status_code == 409
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("proposal-detail", args=[proposal.pk]), {"tab": "supervision"}).content.decode()
    assert "改过的情况。" in page
    assert "报告全文" not in page
    assert "写督办记录" not in page
    answer = client.get(reverse("log-file", args=[LogFile.objects.get().pk]))
    assert b"".join(answer.streaming_content) == "纪要".encode()  # type: ignore[attr-defined]
    assert default_storage.exists(LogFile.objects.get().file.name or "")


def test_queries_do_not_grow(client: Client, world: World, proposal: Proposal) -> None:
    with CaptureQueriesContext(connection) as found:
        entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    assert len(found) <= TRANSITION_QUERIES
    with CaptureQueriesContext(connection) as found:
        correct_entry(world.committee_staff, entry=entry, deed=replace(DEED, people="某"), reason="错", version=1)
    assert len(found) <= TRANSITION_QUERIES
    for number in range(4):
        file = SimpleUploadedFile("纪要.txt", f"纪要{number}".encode())
        add_entry(world.committee_staff, proposal=proposal, deed=DEED, files=[file])
    write_report(world.office_staff, proposal=proposal, text="报告。", seen_number=0)
    client.force_login(world.committee_staff)
    client.get(reverse("healthz"))  # the first request of a session writes it
    for url in (
        f"{reverse('proposal-detail', args=[proposal.pk])}?tab=supervision",
        reverse("log-detail", args=[entry.pk]),
        reverse("proposal-report", args=[proposal.pk]),
    ):
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        assert len(found) <= DETAIL_QUERIES, url
