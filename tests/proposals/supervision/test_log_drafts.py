"""What is written for the log and the report is kept while it is written, for its writer alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Mark, Proposal, SupervisionDraft, SupervisionForm, SupervisionReport
from proposals.services.marking import lift_mark, set_mark
from proposals.services.supervision_log import Deed, add_entry, write_report
from tests.proposals.stages import assigned
from tests.world import World

DAY = datetime(2022, 5, 10, 10, 0, tzinfo=clock.SHANGHAI)
DEED = Deed("visit", date(2022, 5, 9), "某副主席", "看了两个园区。")
HALF = {"kind": "talk", "held_on": "", "people": "", "content": "座谈了一半", "read": 0, "version": 0}
DETAIL_QUERIES, SAVE_QUERIES = 15, 12


@pytest.fixture(autouse=True)
def on_the_day(clock_at: Callable[[datetime], None]) -> None:
    clock_at(DAY)


@pytest.fixture
def proposal(world: World) -> Proposal:
    case, form = assigned(world)[0].proposal, SupervisionForm.objects.first()
    set_mark(world.committee_staff, proposal=case, kind="key", proposed_by="提案委", leader="某副主席", form=form)
    return case


def test_a_half_written_entry_comes_back_to_its_writer_alone(client: Client, world: World, proposal: Proposal) -> None:
    page, save = reverse("proposal-log", args=[proposal.pk]), reverse("proposal-log-autosave", args=[proposal.pk])
    client.force_login(world.committee_staff)
    assert client.post(save, HALF).json() == {"version": 1, "saved_at": "10:00"}
    shown = client.get(page).content.decode()
    assert "座谈了一半" in shown
    assert "还没有存入" in shown
    assert f'data-autosave="{save}"' in shown
    assert not proposal.log_entries.exists()
    client.force_login(world.committee_colleague)
    assert "座谈了一半" not in client.get(page).content.decode()


def test_storing_the_entry_ends_its_draft_and_the_copy_in_the_browser(
    client: Client, world: World, proposal: Proposal
) -> None:
    page, save = reverse("proposal-log", args=[proposal.pk]), reverse("proposal-log-autosave", args=[proposal.pk])
    client.force_login(world.committee_staff)
    client.post(save, HALF)
    whole = {**HALF, "held_on": "2022-05-09", "people": "某副主席", "content": "座谈完了。", "version": 1}
    shown = client.post(page, whole, follow=True).content.decode()
    assert f'data-draft-saved="proposal-log-{proposal.pk}-{world.committee_staff.pk}"' in shown
    assert proposal.log_entries.get().content == "座谈完了。"
    assert not SupervisionDraft.objects.exists()
    assert client.post(save, {**whole, "version": 2}).status_code == 409  # a window left open does not bring it back
    assert not SupervisionDraft.objects.exists()


def test_two_windows_of_one_writer_meet_with_both_texts(client: Client, world: World, proposal: Proposal) -> None:
    page, save = reverse("proposal-report", args=[proposal.pk]), reverse("proposal-report-autosave", args=[proposal.pk])
    client.force_login(world.office_staff)
    assert client.post(save, {"text": "第一个窗口写的", "read": 0, "version": 0}).status_code == 200
    late = client.post(save, {"text": "第二个窗口写的", "read": 0, "version": 0})
    assert (late.status_code, late.json()["conflict_url"]) == (409, page)
    both = client.post(page, {"text": "第二个窗口写的", "read": 0, "version": 0})
    assert both.status_code == 409
    shown = both.content.decode()
    assert "第一个窗口写的" in shown
    assert "第二个窗口写的" in shown
    assert both.context["form"].initial["version"] == 1
    assert "已被您自己在另一个窗口" in shown
    assert client.post(page, {"text": "合成的", "read": 0, "version": 1}, follow=True).status_code == 200
    assert SupervisionReport.objects.get().text == "合成的"


def test_a_draft_of_the_report_begun_before_a_colleague_stored_his_meets_it(
    client: Client, world: World, proposal: Proposal
) -> None:
    page, save = reverse("proposal-report", args=[proposal.pk]), reverse("proposal-report-autosave", args=[proposal.pk])
    client.force_login(world.office_staff)
    client.post(save, {"text": "我写了一半", "read": 0, "version": 0})
    write_report(world.committee_staff, proposal=proposal, text="同事先存的。", seen_number=0)
    form = client.get(page).context["form"]
    assert (form.initial["text"], form.initial["read"], form.initial["version"]) == ("我写了一半", 0, 1)
    both = client.post(page, {"text": "我写完了", "read": 0, "version": 1})
    assert both.status_code == 409
    assert "同事先存的。" in both.content.decode()
    assert SupervisionDraft.objects.get().words["text"] == "我写了一半"  # kept until it is settled


def test_a_correction_is_kept_and_can_be_dropped(client: Client, world: World, proposal: Proposal) -> None:
    entry = add_entry(world.committee_staff, proposal=proposal, deed=DEED)
    page, save = reverse("log-correct", args=[entry.pk]), reverse("log-correct-autosave", args=[entry.pk])
    client.force_login(world.committee_staff)
    words = {"kind": "visit", "held_on": "2022-05-09", "people": "某副主席", "content": "看了三个", "reason": ""}
    assert client.post(save, {**words, "read": 1, "version": 0}).status_code == 200
    assert "看了三个" in client.get(page).content.decode()
    shown = client.post(page, {"do": "drop"}, follow=True).content.decode()
    assert "草稿已放弃" in shown
    assert "看了三个" not in shown
    assert "看了两个园区" in shown
    client.force_login(world.committee_colleague)
    assert client.post(save, {**words, "read": 1, "version": 0}).status_code == 403


def test_a_text_too_long_or_a_case_no_longer_key_is_told_to_the_script(
    client: Client, world: World, proposal: Proposal
) -> None:
    save = reverse("proposal-log-autosave", args=[proposal.pk])
    client.force_login(world.committee_staff)
    refused = client.post(save, {**HALF, "content": "字" * 3001})
    assert refused.status_code == 400
    assert "最多 3000 字" in refused.json()["message"]
    lift_mark(world.committee_staff, proposal=proposal, kind=Mark.Kind.KEY)
    assert client.post(save, HALF).status_code == 409


def test_queries(client: Client, world: World, proposal: Proposal) -> None:
    entry = add_entry(world.committee_staff, proposal=proposal, deed=replace(DEED, people="某"))
    client.force_login(world.committee_staff)
    client.get(reverse("healthz"))
    for name, pk in (("proposal-log", proposal.pk), ("proposal-report", proposal.pk), ("log-correct", entry.pk)):
        with CaptureQueriesContext(connection) as found:
            client.post(reverse(f"{name}-autosave", args=[pk]), {"content": "写", "text": "写", "read": 1})
        assert len(found) <= SAVE_QUERIES, name
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(name, args=[pk])).status_code == 200
        assert len(found) <= DETAIL_QUERIES, name


@pytest.mark.parametrize("name", ["proposal-log", "proposal-report"])
def test_words_given_back_with_an_error_are_not_called_saved(
    client: Client, world: World, proposal: Proposal, name: str
) -> None:
    page = reverse(name, args=[proposal.pk])
    client.force_login(world.committee_staff)
    assert " data-unsaved" not in client.get(page).content.decode()
    refused = client.post(page, {"content": "改\x00过", "text": "改\x00过", "read": 0, "version": 0})
    assert refused.status_code == 400
    assert " data-unsaved" in refused.content.decode()
