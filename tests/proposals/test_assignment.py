"""Assignment: one lead, any helpers, dates from the rules or by hand with a reason, deadlines opened, clerks told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Assignment, Bureau, Deadline, DeadlineRule, Event, Proposal
from proposals.permissions import visible_proposals
from proposals.services.assignment import assign, change_due_date, planned_dates, withdraw_assignment
from proposals.services.handling import accept_assignment
from tests.proposals.stages import assigned, registered, submitted
from tests.world import World

MARCH = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def in_march(clock_at: Callable[[date], None]) -> None:
    """A day on which both fixed dates lie ahead in order."""
    clock_at(MARCH)


def assign_url(proposal: Proposal) -> str:
    return reverse("proposal-assign", args=[proposal.pk])


def due_dates(proposal: Proposal) -> dict[tuple[str, str], date]:
    rows = Deadline.objects.filter(proposal=proposal, met_at=None, cancelled_at=None).select_related("bureau")
    return {(row.kind, row.bureau.code if row.bureau else ""): row.due_on for row in rows}


def test_the_dates_come_from_the_rules_and_every_bureau_is_told(world: World) -> None:
    lead, *helpers = assigned(world, [world.gaj, world.scj, world.ysj])
    proposal = Proposal.objects.get()
    assert (proposal.state, lead.role, {row.role for row in helpers}) == ("assigned", "lead", {"co_handler"})
    receipt = date(2026, 3, 9)  # five working days
    assert due_dates(proposal) == {
        ("reply", "sfj"): date(2026, 8, 20),
        **{("opinion", code): date(2026, 6, 30) for code in ("gaj", "scj", "ysj")},
        **{("receipt", code): receipt for code in ("sfj", "gaj", "scj", "ysj")},
    }
    for clerk in (world.sfj_clerk, world.sfj_clerk_colleague, world.gaj_clerk, world.scj_clerk, world.ysj_clerk):
        assert clerk.notices.count() == 1
    assert not world.sfj_leader.notices.exists()
    link = Deadline.objects.get(kind="receipt", bureau=world.sfj).link
    assert link == reverse("assignment-accept", args=[lead.pk])


def test_a_bureau_alone_handles_it_alone(world: World) -> None:
    (only,) = assigned(world, [])
    assert only.role == "sole"
    assert set(due_dates(only.proposal)) == {("receipt", "sfj"), ("reply", "sfj")}


def test_another_date_needs_a_reason_and_stands_with_it(client: Client, world: World) -> None:
    proposal = registered(world)
    client.force_login(world.office_staff)
    sent = {"lead": world.sfj.pk, "co_handlers": [world.gaj.pk], "reply_due": "2026-07-31", "opinion_due": "2026-06-30"}
    answer = client.post(assign_url(proposal), sent)
    assert answer.status_code == 400
    assert "reason" in answer.context["form"].errors
    assert client.post(assign_url(proposal), {**sent, "reason": "列入重点提案"}).status_code == 302
    reply = Deadline.objects.get(kind="reply")
    assert (reply.due_on, reply.change_reason) == (date(2026, 7, 31), "列入重点提案")
    assert Deadline.objects.get(kind="opinion").change_reason == ""


def test_an_opinion_is_never_due_after_the_reply(world: World, clock_at: Callable[[date], None]) -> None:
    clock_at(date(2026, 7, 6))
    proposal = registered(world)
    assert planned_dates(proposal, date(2026, 7, 6)).opinion_is_capped
    assign(world.office_staff, proposal=proposal, lead=world.sfj, co_handlers=[world.gaj])
    assert due_dates(proposal)[("opinion", "gaj")] == date(2026, 8, 20)
    with pytest.raises(InvalidInput) as refusal:
        assign(
            world.office_staff,
            proposal=registered(world),
            lead=world.sfj,
            co_handlers=[world.gaj],
            opinion_due=date(2026, 8, 21),
            reason="等材料",
        )
    assert "opinion_due" in refusal.value.errors


def test_a_session_without_rules_asks_for_the_date(world: World) -> None:
    DeadlineRule.objects.all().delete()
    proposal = registered(world)
    with pytest.raises(InvalidInput) as refusal:
        assign(world.office_staff, proposal=proposal, lead=world.sfj)
    assert "reply_due" in refusal.value.errors
    assign(world.office_staff, proposal=proposal, lead=world.sfj, reply_due=date(2026, 5, 8), reason="本届未定规则")
    assert due_dates(proposal) == {("reply", "sfj"): date(2026, 5, 8)}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"lead": "999999"}, "lead"),
        ({"co_handlers": "lead"}, "co_handlers"),
        ({"co_handlers": ["9" * 30]}, "co_handlers"),
        ({"reply_due": "2026-02-30"}, "reply_due"),
        ({"reply_due": "明天"}, "reply_due"),
        ({"reply_due": "2026-03-01", "reason": "早"}, "reply_due"),
        ({"opinion_due": "2026-09-01", "reason": "晚"}, "opinion_due"),
        ({"note": "注" * 301}, "note"),
        ({"reason": "控\x07制"}, "reason"),
    ],
)
def test_bad_input_is_shown_at_its_field(client: Client, world: World, changes: dict[str, object], field: str) -> None:
    proposal = registered(world)
    if changes.get("co_handlers") == "lead":
        changes = {"co_handlers": [world.sfj.pk]}
    client.force_login(world.office_staff)
    answer = client.post(assign_url(proposal), {"lead": world.sfj.pk, "co_handlers": [world.gaj.pk], **changes})
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Assignment.objects.exists()


def test_the_bureau_the_proposer_suggests_stands_with_his_text(client: Client, world: World) -> None:
    proposal = registered(world)
    proposal.suggested_bureaus.add(world.gaj, world.ysj)
    client.force_login(world.office_staff)
    page = client.get(assign_url(proposal)).content.decode()
    assert f"<dt>建议承办单位</dt><dd>{world.gaj}、{world.ysj}</dd>" in page


def test_an_office_or_a_closed_bureau_cannot_be_given_a_case(world: World) -> None:
    proposal = registered(world)
    Bureau.objects.filter(pk=world.gaj.pk).update(is_active=False)
    for lead, helpers, field in ((world.supervision, [], "lead"), (world.sfj, [world.gaj], "co_handlers")):
        with pytest.raises(InvalidInput) as refusal:
            assign(world.office_staff, proposal=proposal, lead=lead, co_handlers=helpers)
        assert field in refusal.value.errors


def test_assigning_out_of_turn_twice_or_by_others_is_refused(client: Client, world: World) -> None:
    early, proposal = submitted(world), registered(world)
    with pytest.raises(WrongStage):
        assign(world.office_staff, proposal=early, lead=world.sfj)
    sent = {"lead": world.sfj.pk}
    for user, status in ((world.committee_staff, 403), (world.minjian_contact, 403), (world.sfj_clerk, 404)):
        client.force_login(user)
        assert client.get(assign_url(proposal)).status_code == status
        assert client.post(assign_url(proposal), sent).status_code == status
        with pytest.raises(NotAllowed):
            assign(user, proposal=proposal, lead=world.sfj)
    client.force_login(world.office_staff)
    assert client.get(assign_url(early)).status_code == 404
    assert client.get(assign_url(proposal)).status_code == 200
    assert [client.post(assign_url(proposal), sent).status_code for _ in range(2)] == [302, 409]
    assert Assignment.objects.count() == 1


def test_a_bureau_without_a_clerk_is_named_to_the_office(client: Client, world: World) -> None:
    proposal = registered(world)
    world.ysj_clerk.posts.all().delete()
    client.force_login(world.office_staff)
    sent = {"lead": world.sfj.pk, "co_handlers": [world.ysj.pk]}
    answer = client.post(assign_url(proposal), sent)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any("市营商局" in text and "经办人" in text for text in told)


def test_a_helper_that_has_not_signed_can_be_withdrawn(client: Client, world: World) -> None:
    _, helper = assigned(world)
    url = reverse("assignment-withdraw", args=[helper.pk])
    client.force_login(world.office_staff)
    assert "reason" in client.post(url, {"reason": ""}).context["form"].errors
    assert [client.post(url, {"reason": "与其职责无关"}).status_code for _ in range(2)] == [302, 409]
    helper.refresh_from_db()
    assert helper.state == "withdrawn"
    assert {code for _, code in due_dates(helper.proposal)} == {"sfj"}
    assert helper.proposal not in visible_proposals(world.gaj_clerk)
    assert Event.objects.filter(kind="withdraw").count() == 1


def test_the_lead_and_a_helper_at_work_stay(client: Client, world: World) -> None:
    lead, helper = assigned(world)
    accept_assignment(world.gaj_clerk, assignment=helper)
    client.force_login(world.office_staff)
    for row in (lead, helper):
        url = reverse("assignment-withdraw", args=[row.pk])
        assert client.get(url).status_code == 409
        assert client.post(url, {"reason": "撤"}).status_code == 409
        with pytest.raises(WrongStage):
            withdraw_assignment(world.office_staff, assignment=row, reason="撤")


def test_withdrawing_is_the_offices_alone(client: Client, world: World) -> None:
    _, helper = assigned(world)
    url = reverse("assignment-withdraw", args=[helper.pk])
    for user, status in ((world.gaj_clerk, 403), (world.committee_staff, 403), (world.scj_clerk, 404)):
        client.force_login(user)
        assert client.post(url, {"reason": "撤"}).status_code == status
        with pytest.raises(NotAllowed):
            withdraw_assignment(user, assignment=helper, reason="撤")


def test_a_moved_deadline_counts_as_new_and_says_why(client: Client, world: World) -> None:
    assigned(world)
    deadline = Deadline.objects.get(kind="reply")
    url = reverse("deadline-change", args=[deadline.pk])
    client.force_login(world.office_staff)
    assert client.get(url).status_code == 200
    for sent, field in (
        ({"due_on": "2026-09-10", "reason": ""}, "reason"),
        ({"due_on": "2026-02-27", "reason": "早"}, "due_on"),
        ({"due_on": "2026-08-20", "reason": "同"}, "due_on"),
        ({"due_on": "九月", "reason": "晚"}, "due_on"),
    ):
        answer = client.post(url, sent)
        assert answer.status_code == 400
        assert field in answer.context["form"].errors
    assert client.post(url, {"due_on": "2026-09-10", "reason": "需要补充调研"}).status_code == 302
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.version) == (date(2026, 9, 10), 2)
    assert "需要补充调研" in deadline.explanation
    assert world.sfj_clerk.notices.count() == 2


def test_moving_a_deadline_that_is_over_or_by_others_is_refused(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    deadline = Deadline.objects.get(kind="receipt", bureau=world.sfj)
    url, sent = reverse("deadline-change", args=[deadline.pk]), {"due_on": "2026-03-20", "reason": "晚到"}
    for user, status in ((world.sfj_clerk, 403), (world.minjian_contact, 403), (world.scj_clerk, 404)):
        client.force_login(user)
        assert client.post(url, sent).status_code == status
        with pytest.raises(NotAllowed):
            change_due_date(user, deadline=deadline, due_on=date(2026, 3, 20), reason="晚到")
    accept_assignment(world.sfj_clerk, assignment=lead)
    client.force_login(world.office_staff)
    assert client.get(url).status_code == 409
    assert client.post(url, sent).status_code == 409


def test_a_proposal_between_sessions_has_terms_of_its_own(world: World, clock_at: Callable[[date], None]) -> None:
    clock_at(date(2022, 11, 14))
    proposal = registered(world, kind=Proposal.Kind.INTERIM)
    dates = planned_dates(proposal, date(2022, 11, 14))
    assert [day.due for day in (dates.reply, dates.opinion) if day] == [date(2023, 2, 14), date(2022, 12, 14)]
