"""不予公开: the leader's decision, with its reason; then nobody waits for the page, and the case can be archived."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice
from replies.services.archiving import archive_case
from replies.services.publishing import prepare_publication, start_release
from replies.services.withholding import lift_withholding, withhold
from replies.worklist import work_of
from tests.factories import Case, Stage, case_in
from tests.world import World

ANSWERED = datetime(2022, 8, 18, 10, 0, tzinfo=clock.SHANGHAI)
TRANSITION_QUERIES = 16


@pytest.fixture
def case(world: World) -> Case:
    with clock.at(ANSWERED):
        return case_in(world, Stage.PREPARING, helpers=False)


def running(case: Case) -> list[Deadline]:
    return list(Deadline.objects.filter(proposal=case.proposal, kind="publication", met_at=None, cancelled_at=None))


def test_it_stops_the_clock_is_told_to_the_offices_and_no_longer_keeps_the_case_open(world: World, case: Case) -> None:
    row = case.proposal.publications.get()
    later = ANSWERED + timedelta(days=60)
    with clock.at(later):
        with pytest.raises(WrongStage):
            archive_case(world.office_staff, proposal=case.proposal)
        with CaptureQueriesContext(connection) as found:
            withhold(world.sfj_leader, publication=row, reason="涉及商业秘密。")
        assert len(found) <= TRANSITION_QUERIES
        assert not running(case)
        text = Event.objects.filter(proposal=case.proposal).latest("number").text
        assert text == "决定不予公开答复：涉及商业秘密。"
        told = {notice.recipient for notice in Notice.objects.filter(kind="withheld")}
        assert {world.office_staff, world.committee_staff, world.sfj_clerk} <= told
        assert not [item for item in work_of(world.sfj_clerk).owed if "公开" in item.next_label]
        archive_case(world.office_staff, proposal=case.proposal)


def test_only_the_leader_decides_and_says_why_and_the_clerk_cannot_go_on(world: World, case: Case) -> None:
    row = case.proposal.publications.get()
    with clock.at(ANSWERED):
        for person in (world.sfj_clerk, world.sfj_reviewer, world.office_staff, world.gaj_leader):
            with pytest.raises(NotAllowed):
                withhold(person, publication=row, reason="不便公开。")
        with pytest.raises(InvalidInput) as refused:
            withhold(world.sfj_leader, publication=row, reason=" ")
        assert set(refused.value.errors) == {"reason"}
        withhold(world.sfj_leader, publication=row, reason="涉密。")
        with pytest.raises(WrongStage):
            start_release(world.sfj_clerk, publication=row, harmless={})
        assert prepare_publication(world.sfj_clerk, reply=row.reply).state == "withheld"  # no second one beside it


def test_taken_back_its_clock_starts_anew(world: World, case: Case) -> None:
    row = case.proposal.publications.get()
    with clock.at(ANSWERED):
        withhold(world.sfj_leader, publication=row, reason="涉密。")
    with clock.at(ANSWERED + timedelta(days=30)):
        lift_withholding(world.sfj_leader, publication=row)
        (clock_again,) = running(case)
        assert clock_again.due_on > (ANSWERED + timedelta(days=30)).date()
    row.refresh_from_db()
    assert (row.state, row.withhold_reason) == ("preparing", "")


def test_in_the_portal_the_public_sees_nothing_of_it(client: Client, world: World, case: Case) -> None:
    row = case.proposal.publications.get()
    with clock.at(ANSWERED):
        client.force_login(world.sfj_leader)
        case_page = reverse("proposal-detail", args=[case.proposal.pk])
        assert "不予公开</a>" in client.get(case_page).content.decode()
        page = reverse("publication-withhold", args=[row.pk])
        assert client.post(page, {"reason": ""}).status_code == 400
        shown = client.post(page, {"reason": "涉及商业秘密。"}, follow=True).content.decode()
        assert "不予公开：涉及商业秘密。" in shown
        assert "恢复准备公开" in client.get(case_page).content.decode()
        assert Client().get(reverse("public-page", args=[row.index_number])).status_code == 404
        client.force_login(world.minjian_contact)
        of_proposer = client.get(case_page, {"tab": "publication"}).content.decode()
        assert "商业秘密" not in of_proposer
