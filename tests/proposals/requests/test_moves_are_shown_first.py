"""Extension, suspension and resumption show which clocks go from which day to which, before and afterwards."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Assignment, Deadline, DeadlineRule, Event, HandlingRequest, Proposal
from proposals.services import extensions, suspending
from proposals.services.calendar_changes import recompute_open_deadlines
from proposals.services.case_moves import MovesUnseen
from proposals.services.handling import accept_assignment
from tests.proposals.stages import assigned
from tests.world import World

START = date(2022, 3, 7)
LATER = date(2022, 8, 1)


@pytest.fixture
def share(world: World) -> Assignment:
    """司法局 at work on its reply; a shorter rule has brought it forward to 22 August, and the opinion of 公安局, which
    would be due in October, with it."""
    replies = DeadlineRule.objects.filter(kind="reply", proposal_kind="")
    DeadlineRule.objects.filter(kind="opinion").update(unit="months", amount=7)
    replies.update(month=12)
    with clock.at(START):
        lead, _ = assigned(world)
        replies.update(month=8)
        recompute_open_deadlines(world.admin, because="期限规则调整", scope=[(world.session.pk, "reply")])
        return accept_assignment(world.sfj_clerk, assignment=lead)


def asked(world: World, share: Assignment) -> HandlingRequest:
    with clock.at(LATER):
        return extensions.ask_extension(world.sfj_clerk, assignment=share, wanted_on=date(2022, 9, 15), text="还要调研")


def seen_in(page: str) -> str:
    found = re.search(r'name="seen" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def days() -> dict[str, date]:
    return dict(Deadline.objects.exclude(kind="receipt").values_list("kind", "due_on"))


def rows_of(page: str) -> list[list[str]]:
    """The cells of the table of moves."""
    table = page.partition("期限的变动</h2>")[2].partition("</table>")[0]
    return [re.findall(r"<t[hd] [^>]*data-label[^>]*>([^<]*)<", row) for row in table.split("<tr>")[2:]]


def test_the_page_of_an_extension_lists_all_that_moves_with_it(world: World, share: Assignment, client: Client) -> None:
    request = asked(world, share)
    client.force_login(world.office_staff)
    address = reverse("request-decide", args=[request.pk])
    with clock.at(LATER):
        page = client.get(address).content.decode()
        assert rows_of(page) == [
            ["市司法局", "答复", "2022-08-22", "2022-09-15"],
            ["市公安局", "会办意见", "2022-08-22", "2022-09-15"],
        ]
        sent = {"do": "grant", "due_on": "2022-09-15", "decision": "", "seen": seen_in(page)}
        assert client.post(address, sent).status_code == 302

    assert days() == {"reply": date(2022, 9, 15), "opinion": date(2022, 9, 15)}
    event = Event.objects.get(kind="grant_extension")
    assert "同意市司法局答复延期，由2022-08-22至2022-09-15" in event.text
    assert "市公安局的会办意见随之由2022-08-22改为2022-09-15" in event.text
    assert sorted(move[1:] for move in event.data["moved"]) == [["2022-08-22", "2022-09-15"]] * 2
    opinion = Deadline.objects.get(kind="opinion")
    assert (opinion.version, opinion.hand_due_on) == (3, None)


def test_another_day_than_the_one_shown_is_shown_before_it_counts(
    world: World, share: Assignment, client: Client
) -> None:
    request = asked(world, share)
    client.force_login(world.office_staff)
    address = reverse("request-decide", args=[request.pk])
    sent = {"do": "grant", "due_on": "2022-09-05", "decision": "够用"}
    with clock.at(LATER):
        first = client.post(address, {**sent, "seen": seen_in(client.get(address).content.decode())})
        page = first.content.decode()
        assert first.status_code == 400
        assert "请核对后再点一次" in page
        assert rows_of(page)[0] == ["市司法局", "答复", "2022-08-22", "2022-09-05"]
        assert 'value="够用"' in page
        assert days()["reply"] == date(2022, 8, 22)
        assert client.post(address, {**sent, "seen": seen_in(page)}).status_code == 302

    assert days()["reply"] == date(2022, 9, 5)


def test_refusing_needs_no_look(world: World, share: Assignment, client: Client) -> None:
    request = asked(world, share)
    client.force_login(world.office_staff)
    with clock.at(LATER):
        refused = client.post(reverse("request-decide", args=[request.pk]), {"do": "refuse", "decision": "时间够用"})

    assert refused.status_code == 302
    assert days()["reply"] == date(2022, 8, 22)


def office(world: World) -> Client:
    """Signed in afresh: a log-in does not last a week."""
    client = Client()
    client.force_login(world.office_staff)
    return client


def post(client: Client, name: str, proposal: Proposal, page: Any, reason: str) -> Any:
    sent = {"reason": reason, "seen": seen_in(page.content.decode())}
    return client.post(reverse(name, args=[proposal.pk]), sent)


def test_suspending_and_resuming_name_every_clock(world: World, share: Assignment) -> None:
    case = share.proposal
    with clock.at(date(2022, 3, 9)):
        client = office(world)
        page = client.get(reverse("proposal-suspend", args=[case.pk]))
        assert ["市司法局", "答复", "2022-08-22", "停止计算"] in rows_of(page.content.decode())
        assert ["市公安局", "签收", "2022-03-14", "停止计算"] in rows_of(page.content.decode())
        assert post(client, "proposal-suspend", case, page, "等上级文件").status_code == 302
    with clock.at(date(2022, 3, 16)):
        client = office(world)
        page = client.get(reverse("proposal-resume", args=[case.pk]))
        assert rows_of(page.content.decode()) == [
            ["市公安局", "签收", "2022-03-14", "2022-03-21"],
            ["市司法局", "答复", "2022-08-22", "2022-08-29"],
            ["市公安局", "会办意见", "2022-08-22", "2022-08-29"],
        ]
        assert post(client, "proposal-resume", case, page, "").status_code == 302

    stop, go = (Event.objects.get(kind=kind) for kind in ("suspend", "resume"))
    assert "市司法局的答复（2022-08-22）" in stop.text
    assert "市公安局的签收（2022-03-14）" in stop.text
    for name in ("市公安局的签收由2022-03-14顺延至2022-03-21", "市司法局的答复由2022-08-22顺延至2022-08-29"):
        assert name in go.text
    assert len(go.data["moved"]) == 3


def test_a_page_of_yesterday_resumes_nothing(world: World, share: Assignment) -> None:
    case = share.proposal
    with clock.at(date(2022, 3, 9)):
        suspending.suspend(world.office_staff, proposal=case, reason="等上级文件")
    with clock.at(date(2022, 3, 16)):
        client = office(world)
        page = client.get(reverse("proposal-resume", args=[case.pk]))
    with clock.at(date(2022, 3, 17)):
        client = office(world)
        late = post(client, "proposal-resume", case, page, "文件已到")
        assert late.status_code == 400
        assert "请核对后再点一次" in late.content.decode()
        assert Proposal.objects.get(pk=case.pk).state == "suspended"
        assert post(client, "proposal-resume", case, late, "文件已到").status_code == 302

    assert Deadline.objects.get(kind="reply").due_on == date(2022, 8, 30)


def test_the_service_refuses_what_was_not_seen_and_changes_nothing(world: World, share: Assignment) -> None:
    request = asked(world, share)
    with clock.at(LATER), pytest.raises(MovesUnseen):
        extensions.grant_extension(world.office_staff, request=request, due_on=date(2022, 9, 15), seen="0" * 64)
    with clock.at(LATER), pytest.raises(MovesUnseen):
        suspending.suspend(world.office_staff, proposal=share.proposal, reason="等上级文件", seen="")

    assert days()["reply"] == date(2022, 8, 22)
    assert not Event.objects.filter(kind__in=["grant_extension", "suspend"]).exists()
