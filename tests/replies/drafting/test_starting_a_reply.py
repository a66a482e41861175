"""The draft is begun once, by the bureau that answers, with the fixed words filled in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import NotAllowed, WrongStage
from proposals.models import Assignment, Event, Proposer
from proposals.workflow import AssignmentState
from replies.models import Reply
from replies.permissions import can_start_reply
from replies.services.drafting import default_texts, start_reply
from tests.replies.drafting.case import assigned, lead_of, share_of, started
from tests.world import World


def test_a_draft_starts_with_the_words_of_the_case(world: World) -> None:
    texts = default_texts(lead_of(assigned(world)))
    assert texts.title == "对市政协九届一次会议关于推动盘锦市营商环境法治化建设（第005号）提案的答复"
    assert texts.addressee == "民建盘锦市委员会"
    assert texts.opening == "你们提出的关于推动盘锦市营商环境法治化建设的提案（第005号）已收悉，现答复如下："
    assert texts.copies == "市政协提案委、市政府督查室、市公安局、市市场局、市营商局"


def test_a_single_member_is_addressed_politely(world: World) -> None:
    texts = default_texts(lead_of(assigned(world, proposers=[world.member])))
    assert texts.addressee == "赵青禾委员"
    assert texts.opening.startswith("您提出的")
    assert "感谢您" in texts.closing


def test_more_than_three_members_are_counted(world: World) -> None:
    more = [Proposer.objects.create(kind="member", name=name) for name in ("钱一", "钱二")]
    texts = default_texts(lead_of(assigned(world, proposers=[world.member, world.other_member, *more])))
    assert texts.addressee == "赵青禾、孙望潮、钱一等4位委员"
    assert texts.opening.startswith("你们提出的")
    assert "感谢你们" in texts.closing


def test_two_members_are_both_named(world: World) -> None:
    texts = default_texts(lead_of(assigned(world, proposers=[world.member, world.other_member])))
    assert texts.addressee == "赵青禾委员、孙望潮委员"


def test_a_matter_called_a_proposal_is_not_called_so_twice(world: World) -> None:
    proposal = assigned(world)
    proposal.title = "关于改善湿地保护的建议"
    proposal.save(update_fields=["title"])
    texts = default_texts(lead_of(proposal))
    assert "关于改善湿地保护的提案（第005号）已收悉" in texts.opening


def test_starting_writes_the_first_revision_and_an_event(world: World) -> None:
    reply = started(world)
    assert reply.revisions.count() == 1
    assert Event.objects.get(proposal=reply.proposal, kind="draft").actor == world.sfj_clerk


def test_a_second_draft_of_the_same_bureau_is_refused(world: World) -> None:
    reply = started(world)
    assert reply.assignment is not None
    with pytest.raises(WrongStage, match="已经有一份答复稿"):
        start_reply(world.sfj_clerk_colleague, assignment=reply.assignment)


@pytest.mark.parametrize("who", ["sfj_reviewer", "gaj_clerk", "office_staff", "minjian_contact", "nobody", "admin"])
def test_only_clerks_of_the_answering_bureau_start(world: World, who: str) -> None:
    with pytest.raises(NotAllowed):
        start_reply(getattr(world, who), assignment=lead_of(assigned(world)))
    assert not Reply.objects.exists()


def test_before_receipt_nothing_is_drafted(world: World) -> None:
    with pytest.raises(WrongStage, match="请先签收"):
        start_reply(world.sfj_clerk, assignment=lead_of(assigned(world, state=AssignmentState.PENDING)))


def test_a_co_handler_writes_an_opinion_instead(world: World) -> None:
    with pytest.raises(NotAllowed, match="会办单位不单独答复"):
        start_reply(world.gaj_clerk, assignment=share_of(assigned(world), world.gaj))


def test_starting_by_page_and_twice_by_form(world: World, client: Client) -> None:
    proposal = assigned(world)
    url = reverse("reply-start", args=[lead_of(proposal).pk])
    client.force_login(world.sfj_clerk)
    assert "对市政协九届一次会议" in client.get(url).content.decode()
    first = client.post(url)
    reply = Reply.objects.get()
    assert first["Location"] == reverse("reply-edit", args=[reply.pk])
    assert client.post(url).status_code == 409
    assert Reply.objects.count() == 1


def test_a_stranger_gets_404_and_a_colleague_without_the_post_403(world: World, client: Client) -> None:
    url = reverse("reply-start", args=[lead_of(assigned(world)).pk])
    client.force_login(world.nobody)
    assert client.post(url).status_code == 404
    client.force_login(world.sfj_reviewer)
    assert client.post(url).status_code == 403
    client.force_login(world.gaj_clerk)
    assert client.post(url).status_code == 403


def test_a_withdrawn_co_handler_gets_no_copy(world: World) -> None:
    proposal = assigned(world)
    Assignment.objects.filter(proposal=proposal, bureau=world.ysj).update(state=AssignmentState.WITHDRAWN)
    assert "市营商局" not in default_texts(lead_of(proposal)).copies


def test_while_the_bureau_asks_to_be_relieved_it_is_told_to_wait_for_the_decision(world: World) -> None:
    share = lead_of(assigned(world))
    share.state = AssignmentState.CONTESTED
    decision = can_start_reply(world.sfj_clerk, share)
    assert not decision
    assert decision.reason == "正在申请改办，督查室决定后再办。"
    share.state = AssignmentState.DONE
    assert can_start_reply(world.sfj_clerk, share).reason == "这件交办已经办结或撤销。"
