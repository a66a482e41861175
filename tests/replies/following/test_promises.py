"""The promise ledger: booked at issue, each promise with its own clock; kept, the proposer is answered again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import today
from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Notice, Role
from proposals.services.assignment import change_due_date
from replies.documents.letter import digest, from_dict
from replies.models import FollowUp, Promise, RenderedDocument
from replies.promise_list import PromiseFilter
from replies.services import follow_ups
from replies.services.promises import (
    carry_over_promise,
    check_promise,
    give_up_promise,
    keep_promise,
    reopen_promise,
)
from replies.worklist import work_of
from tests.factories import Stage, case_in
from tests.replies.following.stages import PROMISING, WAITING, promised
from tests.world import World, appoint


def running(promise: Promise) -> list[Deadline]:
    return list(Deadline.objects.filter(reference=promise.reference, met_at=None, cancelled_at=None))


def kept(world: World) -> FollowUp:
    first = promised(world)[0]
    keep_promise(world.sfj_clerk, promise=first, evidence="九个园区全部纳入。", text="联合检查已覆盖全部园区。")
    return FollowUp.objects.get()


def test_issue_books_every_promise_with_its_owner_and_a_clock_of_its_own(world: World) -> None:
    case = case_in(world, Stage.SIGNED, script=PROMISING)
    assert not Promise.objects.exists()
    from tests.factories import Step

    case.do(Step.ISSUE)
    first, second = Promise.objects.order_by("id")
    assert (first.bureau, second.bureau) == (world.sfj, world.gaj)
    assert (first.ask.position if first.ask else None, first.state) == (2, "open")
    assert running(first)[0].due_on == first.due_on
    assert (running(second)[0].bureau, running(second)[0].due_on) == (world.gaj, second_year())
    assert running(first)[0].link == reverse("promise-detail", args=[first.pk])


def second_year() -> object:
    """A mere phase is looked at by the session's rule: after twelve months."""
    return Deadline.objects.get(kind="promise", bureau__code="gaj").due_on


def test_several_promises_of_one_bureau_on_one_case_run_side_by_side(world: World) -> None:
    first, second = promised(world)
    give = {"proposal": first.proposal, "kind": "promise", "bureau": world.sfj}
    assert Deadline.objects.filter(**give, met_at=None).count() == 1
    reopened = Promise.objects.create(
        reply=first.reply,
        proposal=first.proposal,
        bureau=world.sfj,
        text="再办一件",
        state="waiting",
        created_at=clock.now(),
    )
    reopen_promise(
        world.sfj_clerk, promise=reopened, due_on=today() + timedelta(90), text="再办一件", reason="经费已到位"
    )
    assert Deadline.objects.filter(**give, met_at=None).count() == 2
    keep_promise(world.sfj_clerk, promise=first, evidence="已办。", text="已办成。")
    assert running(first) == []
    assert len(running(reopened)) == 1
    assert len(running(second)) == 1


def test_a_kept_promise_stops_its_clock_and_the_leader_is_asked_to_sign(world: World) -> None:
    row = kept(world)
    assert (row.promise.state, row.state, running(row.promise)) == ("kept", "signing", [])
    assert any(item.next_label == "签发跟踪答复" for item in work_of(world.sfj_leader).owed)
    assert Notice.objects.filter(recipient=world.sfj_leader, text__contains="兑现").exists()


def test_the_signed_second_answer_is_a_numbered_letter_the_proposer_is_told_of(world: World, client: Client) -> None:
    row = kept(world)
    page = reverse("follow-up-detail", args=[row.pk])
    client.force_login(world.minjian_contact)
    assert client.get(page).status_code == 404  # unsigned text is the bureau's
    row = follow_ups.sign_follow_up(world.sfj_leader, follow_up=row)
    assert row.document_number.startswith("盘司函〔")
    assert row.document_number != row.promise.reply.document_number
    assert digest(from_dict(row.letter or {})) == row.letter_digest
    assert RenderedDocument.objects.filter(kind="follow_up", letter_digest=row.letter_digest).exists()
    assert Notice.objects.filter(recipient=world.minjian_contact, link=page).exists()
    html = client.get(page).content.decode()
    assert "联合检查已覆盖全部园区" in html
    assert row.promise.text in html
    with pytest.raises(WrongStage):
        follow_ups.sign_follow_up(world.sfj_leader, follow_up=row)


def test_who_wrote_the_second_answer_does_not_sign_it_and_a_colleague_of_another_bureau_neither(world: World) -> None:
    row = kept(world)
    appoint(world.sfj_clerk, Role.LEADER, bureau=world.sfj)
    for person in (world.sfj_clerk, world.gaj_leader, world.sfj_reviewer, world.office_staff):
        with pytest.raises(NotAllowed):
            follow_ups.sign_follow_up(person, follow_up=row)


def test_the_leader_sends_it_back_and_the_clerk_mends_it_without_overwriting(world: World) -> None:
    row = kept(world)
    row = follow_ups.return_follow_up(world.sfj_leader, follow_up=row, comment="写上数据。")
    assert any(item.next_label == "修改跟踪答复" for item in work_of(world.sfj_clerk).owed)
    with pytest.raises(EditConflict):
        follow_ups.resubmit_follow_up(world.sfj_clerk, follow_up=row, version=9, text="九个园区。")
    row = follow_ups.resubmit_follow_up(world.sfj_clerk, follow_up=row, version=row.version, text="九个园区。")
    assert (row.state, row.returned_comment) == ("signing", "")


def test_a_promise_given_up_tells_the_proposer_why(world: World) -> None:
    first = promised(world)[0]
    with pytest.raises(InvalidInput):
        give_up_promise(world.sfj_clerk, promise=first, reason=" ", text="x")
    give_up_promise(world.sfj_clerk, promise=first, reason="上位法已改。", text="因上位法修改，不再推行。")
    assert running(first) == []
    assert FollowUp.objects.get().state == "signing"
    with pytest.raises(WrongStage, match="跟踪答复"):
        reopen_promise(world.sfj_clerk, promise=first, due_on=today() + timedelta(30), text="再办", reason="法规已定")


def test_carrying_over_moves_the_day_with_a_reason(world: World) -> None:
    first = promised(world)[0]
    later = today() + timedelta(400)
    carry_over_promise(world.sfj_clerk, promise=first, due_on=later, reason="道路改造延期。")
    assert [row.due_on for row in running(first)] == [later]
    with pytest.raises(InvalidInput):
        carry_over_promise(world.sfj_clerk, promise=first, due_on=today(), reason="x")


def test_what_waits_for_conditions_is_on_the_yearly_list_and_can_be_reopened_with_a_reason(world: World) -> None:
    case_in(world, Stage.ISSUED, script=WAITING)
    row = Promise.objects.get()
    assert (row.state, row.text, running(row)) == ("waiting", "编制受限，暂不能增设。", [])
    yearly = PromiseFilter({"check": "unchecked"}, queryset=Promise.objects.all())
    assert list(yearly.qs) == [row]
    with pytest.raises(InvalidInput) as refused:
        check_promise(world.office_staff, promise=row, checked_on=date(1960, 1, 1), finding="blocked", text="编制。")
    assert list(refused.value.errors) == ["checked_on"]
    check_promise(world.office_staff, promise=row, checked_on=today(), finding="blocked", text="编制仍未下达。")
    assert list(PromiseFilter({"check": "unchecked"}, queryset=Promise.objects.all()).qs) == []
    due = today() + timedelta(180)
    reopen_promise(world.office_staff, promise=row, due_on=due, text="增设两个站", reason="编制已下达。")
    row.refresh_from_db()
    assert (row.state, row.due_on, len(running(row))) == ("open", due, 1)
    assert Notice.objects.filter(recipient=world.minjian_contact, text__contains="条件成熟").exists()


def test_late_is_computed_and_filters_and_the_list_of_work_say_so(world: World) -> None:
    first = promised(world)[0]
    assert first.due_on is not None
    late = {"state": "late"}
    assert list(PromiseFilter(late, queryset=Promise.objects.all()).qs) == []
    with clock.at(first.due_on + timedelta(1)):
        assert list(PromiseFilter(late, queryset=Promise.objects.all()).qs) == [first]
        line = next(item for item in work_of(world.sfj_clerk).owed if item.next_label == "办理承诺")
        assert line.deadline is not None
        assert line.deadline.due_on == first.due_on


def test_only_the_owner_bureau_settles_its_promise(world: World) -> None:
    first, second = promised(world)
    for stranger in (world.gaj_clerk, world.sfj_leader, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            keep_promise(stranger, promise=first, evidence="x", text="x")
    assert keep_promise(world.gaj_clerk, promise=second, evidence="已设。", text="两站已设。").state == "kept"
    with pytest.raises(NotAllowed):
        check_promise(world.minjian_contact, promise=first, checked_on=today(), finding="done", text="x")
    assert Event.objects.filter(kind="keep_promise").count() == 1


def test_the_ledger_is_for_offices_and_bureaus_and_goes_out_as_a_sheet(world: World, client: Client) -> None:
    first = promised(world)[0]
    for person, status in (
        (world.office_staff, 200),
        (world.gaj_clerk, 200),
        (world.minjian_contact, 403),
        (world.nobody, 403),
    ):
        client.force_login(person)
        assert client.get(reverse("promise-list")).status_code == status
    client.force_login(world.ysj_clerk)
    assert first.text in client.get(reverse("promise-list")).content.decode()  # it helps in the case
    client.force_login(world.office_staff)
    sheet = client.get(reverse("promise-export"), {"do": "file", "state": "running"})
    assert sheet["Content-Type"].endswith("sheet")
    client.force_login(world.minjian_contact)
    case = reverse("proposal-detail", args=[first.proposal_id])
    assert first.text in client.get(case, {"tab": "promises"}).content.decode()
    assert client.get(reverse("promise-detail", args=[first.pk])).status_code == 200
    client.force_login(world.other_member_user)
    assert client.get(reverse("promise-detail", args=[first.pk])).status_code == 404


def test_the_step_pages_ask_and_keep_what_was_typed(world: World, client: Client) -> None:
    first = promised(world)[0]
    client.force_login(world.sfj_clerk)
    address = reverse("promise-keep", args=[first.pk])
    answer = client.post(address, {"evidence": "", "text": "已覆盖全部园区。"})
    assert (answer.status_code, "已覆盖全部园区。" in answer.content.decode()) == (400, True)
    assert client.post(address, {"evidence": "见文件。", "text": "已覆盖全部园区。"}).status_code == 302
    assert client.get(address).status_code == 409
    client.force_login(world.sfj_leader)
    row = FollowUp.objects.get()
    assert client.get(reverse("follow-up-sign", args=[row.pk])).status_code == 200
    assert client.post(reverse("follow-up-sign", args=[row.pk])).status_code == 302


def test_the_office_does_not_move_the_day_of_a_promise_past_the_bureau_that_owes_it(world: World) -> None:
    clock_of_first = running(promised(world)[0])[0]
    with pytest.raises(WrongStage, match=r"结转|已答复"):
        change_due_date(world.office_staff, deadline=clock_of_first, due_on=today() + timedelta(500), reason="等等")
