"""签发 by whom the rule names, and 办复审查 by the office where the session wants it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Notice, Post, Role
from replies.models import HandlingRule, MatrixRow, Reply
from replies.permissions import visible_replies
from replies.services.auditing import pass_audit, return_audit
from replies.services.signing import sign_reply
from replies.workflow import ReplyState
from tests.replies.drafting.case import class_of, countersigning, signing
from tests.world import World, appoint, person


def audited(world: World) -> Reply:
    """A draft all have countersigned, in a session whose replies the office looks at before they are signed."""
    HandlingRule.objects.create(session=world.session, pre_audit=True)
    reply = signing(world)
    assert reply.state == ReplyState.AUDITING
    return reply


def test_where_the_main_leader_signs_another_leader_is_told_why_he_may_not(world: World, client: Client) -> None:
    HandlingRule.objects.create(session=world.session, signer="main_leader")
    main = person("sfj_main", "程主任")
    Post.objects.filter(pk=appoint(main, Role.LEADER, bureau=world.sfj).pk).update(is_main_leader=True)
    reply = signing(world)
    told = Notice.objects.filter(text__contains="主要负责人签发")
    assert [notice.recipient for notice in told] == [main]
    with pytest.raises(NotAllowed, match="主要负责人"):
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))
    client.force_login(world.sfj_leader)
    assert reverse("reply-sign", args=[reply.pk]) not in client.get(reverse("work")).content.decode()
    page = client.get(reverse("proposal-detail", args=[reply.proposal_id])).content.decode()
    assert "由单位的主要负责人签发" in page
    client.force_login(main)
    assert reverse("reply-sign", args=[reply.pk]) in client.get(reverse("work")).content.decode()
    signed = sign_reply(main, reply=reply, result_class=class_of(world, "A"))
    assert (signed.state, signed.signed_by) == (ReplyState.SIGNED, main)


def test_a_main_leader_of_another_bureau_signs_nothing_here(world: World) -> None:
    HandlingRule.objects.create(session=world.session, signer="main_leader")
    Post.objects.filter(user=world.gaj_leader).update(is_main_leader=True)
    with pytest.raises(NotAllowed):
        sign_reply(world.gaj_leader, reply=signing(world), result_class=class_of(world, "A"))


def test_without_a_rule_every_leader_of_the_bureau_signs(world: World) -> None:
    signed = sign_reply(world.sfj_leader, reply=signing(world), result_class=class_of(world, "A"))
    assert signed.state == ReplyState.SIGNED


def test_the_office_reads_and_audits_before_anybody_signs(world: World) -> None:
    reply = audited(world)
    assert visible_replies(world.office_staff).filter(pk=reply.pk).exists()
    assert not visible_replies(world.committee_staff).exists()
    assert Notice.objects.filter(recipient=world.office_staff, text__startswith="请办复审查").exists()
    with pytest.raises(WrongStage):
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))
    reply = pass_audit(world.office_staff, reply=reply, result_class=class_of(world, "A"))
    assert reply.state == ReplyState.SIGNING


def test_a_class_changed_in_the_audit_is_kept_with_its_author_and_binds_the_leader(world: World) -> None:
    reply = audited(world)
    with pytest.raises(InvalidInput, match="写明理由"):
        pass_audit(world.office_staff, reply=reply, result_class=class_of(world, "D"))
    reply = pass_audit(world.office_staff, reply=reply, result_class=class_of(world, "D"), comment="第三条还在办。")
    step = reply.clearance_steps.get(step="audit")
    assert step.actor == world.office_staff
    assert (step.class_before, step.class_after) == (class_of(world, "A"), class_of(world, "D"))
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__contains="改为D类").exists()
    assert "由A类改为D类" in Event.objects.get(proposal=reply.proposal, kind="pass_audit").text
    with pytest.raises(InvalidInput, match="不能另改"):
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))
    signed = sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "D"))
    assert signed.result_class == class_of(world, "D")


def test_the_audit_sets_no_class_whose_promise_the_matrix_lacks(world: World) -> None:
    """The leader could not sign it, and could not change it either."""
    reply = audited(world)
    MatrixRow.objects.filter(reply=reply).update(no_promise_reason="", promise="", promise_due=None)
    with pytest.raises(InvalidInput, match="承诺") as refused:
        pass_audit(world.office_staff, reply=reply, result_class=class_of(world, "B"), comment="第三条还在办。")
    assert "退回承办单位" in refused.value.errors["result_class"][0]
    reply = pass_audit(world.office_staff, reply=reply, result_class=class_of(world, "A"))
    assert sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A")).state == ReplyState.SIGNED


def test_a_draft_sent_back_from_the_audit_starts_over(world: World) -> None:
    reply = audited(world)
    with pytest.raises(InvalidInput, match="审查意见"):
        return_audit(world.office_staff, reply=reply, comment=" ")
    reply = return_audit(world.office_staff, reply=reply, comment="第二条没有答到。")
    assert reply.state == ReplyState.DRAFTING
    assert Notice.objects.filter(recipient=world.sfj_clerk, text__startswith="办复审查退回").exists()


@pytest.mark.parametrize("who", ["committee_staff", "sfj_leader", "gaj_clerk", "nobody"])
def test_only_the_office_audits(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        pass_audit(getattr(world, who), reply=audited(world), result_class=class_of(world, "A"))


def test_a_sole_bureaus_draft_goes_to_the_office_too(world: World) -> None:
    HandlingRule.objects.create(session=world.session, pre_audit=True)
    assert countersigning(world, helpers=[]).state == ReplyState.AUDITING


def test_the_page_of_the_audit(world: World, client: Client) -> None:
    reply = audited(world)
    for ask in reply.proposal.asks.all():
        why = {"no_promise_reason": "条件还不具备。"}
        MatrixRow.objects.update_or_create(reply=reply, ask=ask, defaults=why)
    client.force_login(world.office_staff)
    page = reverse("reply-audit", args=[reply.pk])
    assert page in client.get(reverse("work")).content.decode()
    assert client.get(page).status_code == 200
    form = {"round": reply.clearance_round, "outcome": "pass_audit", "result_class": class_of(world, "B").pk}
    assert client.post(page, {**form, "comment": ""}).status_code == 400
    assert client.post(page, {**form, "comment": "第三条还在办。"}).status_code == 302
    # The office has acted: the text is the bureau's again until it is signed.
    assert {client.get(url).status_code for url in (page, reverse("reply-detail", args=[reply.pk]))} == {404}
    client.force_login(world.sfj_leader)
    assert "A 类 → B 类" in client.get(reverse("reply-detail", args=[reply.pk])).content.decode()
