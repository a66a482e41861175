"""An answer on a page that stood open too long is refused with 409, says why and gives the words back."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import WrongStage
from proposals.models import Proposal
from proposals.services.cosigning import accept_cosigning, decline_cosigning, withdraw_invitation
from proposals.services.filing import save_draft, submit
from proposals.services.joining import join_cosigning
from tests.proposals.cosigning.people import member, my_content, my_draft, signed
from tests.world import World

pytestmark = pytest.mark.django_db
WORDS = "赞成第二条，请写得再细些"


def page(proposal: Proposal) -> str:
    return reverse("proposal-cosign", args=[proposal.pk])


def test_taking_a_signature_back_after_the_text_was_handed_in(client: Client, world: World) -> None:
    proposal = my_draft(world)
    signed(world, proposal)
    submit(world.member_user, proposal=proposal)
    client.force_login(world.other_member_user)
    answer = client.post(page(proposal), {"do": "decline", "version": 1, "reason": WORDS})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert WORDS in shown
    assert "提案已经提交" in shown
    assert client.get(page(proposal)).status_code == 302  # who only looks is still led to the case


@pytest.mark.parametrize("ending", ["closed", "handed in"])
def test_signing_a_text_that_is_open_no_more(client: Client, world: World, ending: str) -> None:
    proposal = my_draft(world, open_to_cosigning=True)
    if ending == "closed":
        save_draft(world.member_user, proposal=proposal, content=my_content(world), version=1)
    else:
        submit(world.member_user, proposal=proposal)
    client.force_login(world.other_member_user)
    answer = client.post(page(proposal), {"version": 1, "opinion": WORDS})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert WORDS in shown
    assert "不再开放附议" in shown
    assert proposal.title not in shown
    assert page(proposal) not in shown  # there is no page of it for him any more


def test_a_member_is_told_the_same_of_what_there_is_not_and_others_find_nothing(client: Client, world: World) -> None:
    closed = page(my_draft(world))
    nowhere = reverse("proposal-cosign", args=[987_654])
    client.force_login(world.other_member_user)
    told = [client.post(url, {"version": 1, "opinion": WORDS}) for url in (closed, nowhere)]
    assert [one.status_code for one in told] == [409, 409]
    assert told[0].content == told[1].content
    assert [client.get(url).status_code for url in (closed, nowhere)] == [404, 404]
    client.force_login(world.minjian_contact)
    assert client.post(closed, {"version": 1, "opinion": WORDS}).status_code == 404


def test_a_signature_nobody_asked_for_is_not_called_an_invitation(client: Client, world: World) -> None:
    proposal = my_draft(world, open_to_cosigning=True)
    row = join_cosigning(world.other_member_user, proposal=proposal, version=1)
    with pytest.raises(WrongStage) as again:
        accept_cosigning(world.other_member_user, invitation=row, version=1)
    assert again.value.message == "这份附议现在是“已签名”，不能“确认附议”。"
    client.force_login(world.other_member_user)
    assert "撤回附议</button>" in client.get(page(proposal)).content.decode()
    withdraw_invitation(world.member_user, invitation=row, seen="accepted")
    over = client.get(page(proposal)).content.decode()
    assert "您的附议现在是“已被发起人撤下”" in over
    assert "邀请" not in over


def test_who_took_his_own_signature_back_reads_that_he_did(client: Client, world: World) -> None:
    proposal = my_draft(world, open_to_cosigning=True)
    _, third_user = member("钱一帆")
    row = join_cosigning(third_user, proposal=proposal, version=1)
    decline_cosigning(third_user, invitation=row)
    save_draft(world.member_user, proposal=proposal, content=my_content(world), version=1)
    client.force_login(third_user)
    answer = client.post(page(proposal), {"version": 1, "opinion": WORDS})
    assert answer.status_code == 409
    assert "您的附议现在是“已由本人撤回”" in answer.content.decode()
    assert WORDS in answer.content.decode()
