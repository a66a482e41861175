"""申请改办 and 增办建议: who may ask, until when, and what the office decides."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import (
    Assignment,
    AssignmentPolicy,
    Deadline,
    Event,
    HandlingRequest,
    Notice,
    Proposal,
    ReturnReason,
    User,
)
from proposals.permissions import visible_proposals
from proposals.services import deciding
from proposals.services.handling import accept_assignment
from proposals.services.requests import ask_return, take_back_request
from tests.proposals.stages import assigned
from tests.world import World

MONDAY = date(2022, 3, 7)  # 5 working days on is Monday the 14th


def asked(world: World, share: Assignment, by: User | None = None) -> HandlingRequest:
    reason = ReturnReason.objects.get(text="主要职责在其他单位")
    return ask_return(
        by or world.sfj_clerk, assignment=share, reason=reason, text="按职责规定由市场局牵头。", bureau=world.scj
    )


@pytest.mark.parametrize(("day", "is_in_time"), [(date(2022, 3, 14), True), (date(2022, 3, 15), False)])
def test_the_window_closes_after_five_working_days(world: World, day: date, is_in_time: bool) -> None:
    with clock.at(MONDAY):
        lead, _ = assigned(world)
    with clock.at(day):
        if is_in_time:
            assert not asked(world, lead).is_late
        else:
            with pytest.raises(WrongStage, match="期限已过"):
                asked(world, lead)


def test_a_session_may_take_late_requests_from_the_leader(world: World) -> None:
    AssignmentPolicy.objects.filter(session=world.session).update(late_return="leader")
    with clock.at(MONDAY):
        lead, _ = assigned(world)
    with clock.at(date(2022, 4, 1)):
        with pytest.raises(NotAllowed, match="签发领导"):
            asked(world, lead)
        assert asked(world, lead, world.sfj_leader).is_late


def test_reassignment_gives_the_new_bureau_fresh_clocks_and_silences_the_old(world: World) -> None:
    with clock.at(MONDAY):
        lead, _ = assigned(world)
        request = asked(world, lead)
    assert Assignment.objects.get(pk=lead.pk).state == "contested"
    with clock.at(date(2022, 3, 9)):
        new = deciding.reassign(world.office_staff, request=request, bureau=world.scj)
    lead.refresh_from_db()
    assert (lead.state, new.bureau, new.role, new.state) == ("withdrawn", world.scj, "lead", "pending")
    assert not Deadline.objects.filter(assignment=lead, met_at=None, cancelled_at=None).exists()
    clocks = {row.kind: row for row in Deadline.objects.filter(assignment=new)}
    assert (clocks["receipt"].due_on, clocks["reply"].due_on) == (date(2022, 3, 16), date(2022, 8, 22))
    assert not visible_proposals(world.sfj_clerk).filter(pk=lead.proposal_id).exists()
    before = Notice.objects.filter(recipient=world.sfj_clerk).count()
    with clock.at(date(2022, 3, 10)):
        accept_assignment(world.scj_clerk, assignment=new)
    assert Notice.objects.filter(recipient=world.sfj_clerk).count() == before


def test_a_refusal_sends_the_bureau_to_the_receipt_and_a_second_request_is_the_leaders(world: World) -> None:
    with clock.at(MONDAY):
        lead, _ = assigned(world)
        request = asked(world, lead)
        with pytest.raises(InvalidInput):
            deciding.refuse_request(world.office_staff, request=request, decision=" ")
    with clock.at(date(2022, 3, 21)):  # the window counts from the refusal
        deciding.refuse_request(world.office_staff, request=request, decision="职责清楚，请办理。")
        assert Assignment.objects.get(pk=lead.pk).state == "pending"
        receipt = Deadline.objects.get(assignment=lead, kind="receipt", met_at=None, cancelled_at=None)
        assert receipt.due_on == date(2022, 3, 28)
        with pytest.raises(NotAllowed, match="再次"):
            asked(world, lead)
        again = asked(world, lead, world.sfj_leader)
        take_back_request(world.sfj_clerk, request=again)
        accept_assignment(world.sfj_clerk, assignment=lead)
        with pytest.raises(WrongStage):
            asked(world, lead, world.sfj_leader)


def test_the_office_may_make_the_co_handler_lead(world: World) -> None:
    lead, _ = assigned(world)
    rows = deciding.adjust_roles(world.office_staff, request=asked(world, lead), bureau=world.gaj)
    assert [(row.bureau, row.role, row.state) for row in rows] == [
        (world.gaj, "lead", "pending"),
        (world.sfj, "co_handler", "pending"),
    ]
    in_force = Assignment.objects.exclude(state="withdrawn")
    assert in_force.count() == 2
    opinion, reply = (Deadline.objects.get(kind=kind, cancelled_at=None) for kind in ("opinion", "reply"))
    assert (opinion.bureau, reply.bureau) == (world.sfj, world.gaj)
    assert opinion.due_on <= reply.due_on


def test_a_receipt_may_carry_a_suggestion_and_the_office_adds_the_bureau(client: Client, world: World) -> None:
    (share,) = assigned(world, helpers=[])
    client.force_login(world.sfj_clerk)
    url = reverse("assignment-accept", args=[share.pk])
    assert client.post(url, {"text": "缺市场局"}).status_code == 400
    assert client.post(url, {"bureau": world.scj.pk, "text": "抽查由市场局办理"}).status_code == 302
    request = HandlingRequest.objects.get()
    client.force_login(world.office_staff)
    decide = reverse("request-decide", args=[request.pk])
    assert "抽查由市场局办理" in client.get(decide).content.decode()
    assert client.post(decide, {"do": "add", "bureau": world.scj.pk}).status_code == 302
    roles = {row.bureau: row.role for row in Assignment.objects.all()}
    assert roles == {world.sfj: "lead", world.scj: "co_handler"}
    assert client.post(decide, {"do": "refuse", "decision": "晚了"}).status_code == 409


def test_evidence_is_kept_for_the_offices_and_the_bureau_only(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    client.force_login(world.sfj_clerk)
    url = reverse("assignment-return", args=[lead.pk])
    data = {"reason": ReturnReason.objects.all()[0].pk, "text": "见附件", "bureau": world.scj.pk}
    assert client.post(url, {**data, "reason": ""}).status_code == 400
    file = SimpleUploadedFile("三定规定.txt", "第三条".encode())
    assert client.post(url, {**data, "evidence": file}).status_code == 302
    got = reverse("request-file", args=[HandlingRequest.objects.get().pk])
    for user, status in ((world.sfj_leader, 200), (world.office_staff, 200), (world.gaj_clerk, 404)):
        client.force_login(user)
        assert client.get(got).status_code == status


def test_the_report_counts_per_bureau_and_leads_to_the_case(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    deciding.reassign(world.office_staff, request=asked(world, lead), bureau=world.scj)
    client.force_login(world.office_staff)
    page = client.get(f"{reverse('contested-report')}?session={world.session.pk}&outcome=granted").content.decode()
    assert reverse("proposal-detail", args=[lead.proposal_id]) in page
    assert f"bureau={world.sfj.pk}&amp;outcome=granted" in page


def test_the_proposer_learns_the_new_bureau_and_not_the_dispute(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    deciding.reassign(world.office_staff, request=asked(world, lead), bureau=world.scj, decision="内部说明")
    client.force_login(world.minjian_contact)
    page = client.get(reverse("proposal-detail", args=[lead.proposal_id]) + "?tab=record").content.decode()
    assert "由市市场局主办" in page
    assert "内部说明" not in page
    assert "建议市市场局" not in page
    handling = client.get(reverse("proposal-detail", args=[lead.proposal_id]) + "?tab=handling").content.decode()
    assert "按职责规定" not in handling
    assert Event.objects.filter(kind="return_to_office").count() == 1
    assert Proposal.objects.get().state == "assigned"
