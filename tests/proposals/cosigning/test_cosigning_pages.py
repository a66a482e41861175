"""The pages of co-signing: progress and invitations for the initiator, the text and the answer for the invited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Invitation, Proposal
from proposals.services.cosigning import Wanted, accept_cosigning, decline_cosigning, invite
from proposals.services.filing import save_draft, submit
from proposals.workflow_cosigning import InvitationState
from replies.worklist import work_of
from tests.proposals.cosigning.people import invited, member, my_content, my_draft, signed
from tests.proposals.stages import form_data
from tests.world import World

pytestmark = pytest.mark.django_db


def page(proposal: Proposal, name: str = "proposal-cosign") -> str:
    return reverse(name, args=[proposal.pk])


def test_the_initiator_looks_a_member_up_and_invites_him(client: Client, world: World) -> None:
    proposal = my_draft(world)
    client.force_login(world.member_user)
    url = page(proposal, "proposal-cosigners")
    found = client.post(url, {"do": "find", "find": "望潮"}).content.decode()
    assert f'value="{world.other_member.pk}"' in found
    sent = {"do": "invite", "members": [world.other_member.pk], "message": "请看第二条"}
    assert client.post(url, sent).status_code == 302
    shown = client.get(url).content.decode()
    assert "孙望潮" in shown
    assert "待答复" in shown
    refused = client.post(url, {"do": "invite", "members": [world.other_member.pk]})
    assert refused.status_code == 400
    assert "已经邀请过" in refused.content.decode()


def test_the_invited_finds_it_among_what_he_owes(client: Client, world: World) -> None:
    proposal = my_draft(world)
    (row,) = invited(world, proposal)
    (line,) = work_of(world.other_member_user).owed
    assert (line.next_label, line.next_url, line.url) == ("看文字，答复", page(proposal), page(proposal))
    assert line.deadline
    assert line.deadline.due_on == row.due_on
    client.force_login(world.other_member_user)
    assert "邀我联名" in client.get(reverse("work")).content.decode()


def test_the_page_shows_the_text_and_takes_the_signature(client: Client, world: World) -> None:
    proposal = my_draft(world)
    invited(world, proposal, message="请看第二条")
    client.force_login(world.other_member_user)
    shown = client.get(page(proposal)).content.decode()
    for words in (proposal.title, proposal.analysis, "建立涉企行政执法检查备案制度", "请看第二条", "赵青禾"):
        assert words in shown
    assert client.get(reverse("proposal-detail", args=[proposal.pk])).status_code == 404
    client.post(page(proposal), {"do": "accept", "version": 1, "opinion": "赞成第二条"})
    assert "您已签名" in client.get(page(proposal)).content.decode()
    client.force_login(world.member_user)
    assert "赞成第二条" in client.get(page(proposal, "proposal-cosigners")).content.decode()


def test_a_stale_page_takes_no_signature(client: Client, world: World) -> None:
    proposal = my_draft(world)
    (row,) = invited(world, proposal)
    save_draft(world.member_user, proposal=proposal, content=my_content(world, title="关于别的事的建议"), version=1)
    client.force_login(world.other_member_user)
    answer = client.post(page(proposal), {"do": "accept", "version": 1})
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.state == InvitationState.INVITED


def test_who_is_asked_again_finds_his_own_opinion_in_the_form(client: Client, world: World) -> None:
    proposal = my_draft(world)
    invited(world, proposal)
    client.force_login(world.other_member_user)
    client.post(page(proposal), {"do": "accept", "version": 1, "opinion": "完全赞成"})
    content = my_content(world, title="关于另一件事的建议")
    save_draft(world.member_user, proposal=proposal, content=content, version=1, knows_of=1)
    assert "完全赞成</textarea>" in client.get(page(proposal)).content.decode()


def test_who_declined_reads_that_it_is_over_and_no_word_of_the_text(client: Client, world: World) -> None:
    proposal = my_draft(world)
    invited(world, proposal)
    client.force_login(world.other_member_user)
    assert client.post(page(proposal), {"do": "decline", "version": 1, "reason": "另有安排"}).status_code == 302
    over = client.get(page(proposal))
    assert over.status_code == 409
    assert "联名邀请现在是" in over.content.decode()
    assert proposal.title not in over.content.decode()
    assert work_of(world.other_member_user).owed == ()
    client.force_login(world.member_user)
    assert "另有安排" in client.get(page(proposal, "proposal-cosigners")).content.decode()


def test_an_expired_invitation_is_shown_as_such(client: Client, world: World, clock_at: Callable[[date], None]) -> None:
    clock_at(date(2026, 3, 2))
    proposal = my_draft(world)
    invited(world, proposal)
    clock_at(date(2026, 3, 30))
    assert work_of(world.other_member_user).owed == ()
    client.force_login(world.other_member_user)
    shown = client.get(page(proposal)).content.decode()
    assert "到期" in shown
    assert proposal.analysis not in shown
    client.force_login(world.member_user)
    assert "已过期" in client.get(page(proposal, "proposal-cosigners")).content.decode()


def test_the_signer_of_a_changed_text_sees_the_difference(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    changed = my_content(world, analysis="原因另有三条。")
    save_draft(world.member_user, proposal=proposal, content=changed, version=1, knows_of=1)
    client.force_login(world.other_member_user)
    shown = client.get(page(proposal)).content.decode()
    assert "您签名以后的改动" in shown
    assert "原因另有三条" in shown
    assert "部分文件更新不及时" in shown  # what he had signed
    (line,) = work_of(world.other_member_user).owed
    assert line.next_label == "看改动，答复"


def test_a_writer_who_does_not_know_of_a_signature_is_told_and_keeps_his_words(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    client.force_login(world.member_user)
    data = form_data(my_content(world, analysis="改过的分析。"), 1)
    refused = client.post(reverse("proposal-edit", args=[proposal.pk]), data)
    shown = refused.content.decode()
    assert refused.status_code == 409
    assert "改过的分析。" in shown
    assert 'name="signatures" value="1"' in shown
    autosaved = client.post(reverse("proposal-autosave", args=[proposal.pk]), {**data, "signatures": 1})
    assert autosaved.status_code == 409
    assert Proposal.objects.get().version == 1
    assert client.post(reverse("proposal-edit", args=[proposal.pk]), {**data, "signatures": 1}).status_code == 302
    assert Invitation.objects.get().state == InvitationState.ASKED_AGAIN


def test_the_page_before_handing_in_says_what_becomes_of_invitations(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    invited(world, proposal, member("钱一帆")[0])
    client.force_login(world.member_user)
    shown = client.get(reverse("proposal-submit", args=[proposal.pk])).content.decode()
    assert "已签名的 1 位委员成为联名提案者" in shown
    assert "还有 1 份联名邀请没有签名（钱一帆），提交后失效" in shown


def test_a_signer_of_what_was_handed_in_is_led_to_the_case(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    client.force_login(world.other_member_user)
    answer = client.get(page(proposal))
    assert answer.status_code == 302
    assert answer["Location"] == reverse("proposal-detail", args=[proposal.pk])


def test_who_was_asked_and_did_not_sign_is_not_told_to_the_signers(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    third, third_user = member("钱一帆")
    (row,) = invited(world, proposal, third)
    decline_cosigning(third_user, invitation=row)
    submit(world.member_user, proposal=proposal)
    record = reverse("proposal-detail", args=[proposal.pk]) + "?tab=record"
    for user, sees in ((world.member_user, True), (world.committee_staff, True), (world.other_member_user, False)):
        client.force_login(user)
        assert ("钱一帆" in client.get(record).content.decode()) is sees
    assert "孙望潮同意联名" in client.get(record).content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_queries_do_not_grow_with_the_invited(
    client: Client, world: World, django_assert_max_num_queries: Any, many: int
) -> None:
    proposal = my_draft(world)
    accounts = dict(member(f"委员{n}") for n in range(many))
    keys = [one.pk for one in accounts]
    with django_assert_max_num_queries(16):
        rows = invite(world.member_user, proposal=proposal, wanted=Wanted(proposer_ids=keys)).rows
    with django_assert_max_num_queries(16):
        accept_cosigning(accounts[rows[0].proposer], invitation=rows[0], version=1, opinion="赞成")
    client.force_login(world.member_user)
    client.get(page(proposal, "proposal-cosigners"))
    with django_assert_max_num_queries(15):
        client.get(page(proposal, "proposal-cosigners"))
    for row in rows[1:]:
        accept_cosigning(accounts[row.proposer], invitation=row, version=1)
    with django_assert_max_num_queries(21):  # a save that also asks every signer again
        content = my_content(world, title="关于改过的题目的建议")
        save_draft(world.member_user, proposal=proposal, content=content, version=1, knows_of=many)
    with django_assert_max_num_queries(17):  # and one that ends every invitation
        submit(world.member_user, proposal=proposal)
