"""One answer for a main proposal and what was merged into it: addressed to all, rated by each, read by each."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import NotAllowed
from proposals.models import Deadline, Proposal
from proposals.services.merging import merge
from replies.permissions import visible_replies
from replies.services.feedback import Rating, rate_reply
from replies.worklist import work_of
from tests.factories import SCRIPT, Case, Stage, Step, cast_of
from tests.proposals.stages import submitted
from tests.world import World

REST = (*["register", "assign", "accept", "draft", "send", "review", "sign", "issue"],)


@pytest.fixture
def case(world: World) -> tuple[Case, Proposal]:
    """民建's case answered and issued, with one of 赵青禾 merged into it before it was assigned."""
    walk = Case(world.session, SCRIPT, cast_of(world, helpers=False)).to(Stage.SUBMITTED)
    one = submitted(world, by=world.member_user, proposer_ids=(world.member.pk,), title="关于园区法律服务站的建议")
    merge(world.committee_staff, proposal=one, main=walk.proposal)
    for step in REST:
        walk.do(Step(step))
    return walk, one


def test_the_answer_goes_to_every_proposer_and_each_rates_it(
    case: tuple[Case, Proposal], world: World, client: Client
) -> None:
    walk, one = case
    reply = walk.reply
    assert reply.addressee == "民建盘锦市委员会、赵青禾委员"
    assert "和并案办理的关于园区法律服务站的提案" in reply.opening
    clocks = Deadline.objects.filter(kind="feedback", met_at=None)
    assert {clock.proposer for clock in clocks} == {world.minjian, world.member}
    assert reply in visible_replies(world.member_user)
    assert reply not in visible_replies(world.other_member_user)

    line = next(line for line in work_of(world.member_user).owed if line.next_label == "评价答复")
    assert (line.proposal_id, line.deadline is not None) == (one.pk, True)
    client.force_login(world.member_user)
    assert client.get(line.next_url).status_code == 200
    page = client.get(reverse("proposal-detail", args=[one.pk])).content.decode()
    assert "评价答复" in page
    assert "已答复" in page
    assert world.minjian.phone not in page
    answer = client.get(reverse("proposal-detail", args=[one.pk]), {"tab": "reply"}).content.decode()
    assert reply.document_number in answer
    assert client.get(reverse("proposal-detail", args=[walk.proposal.pk])).status_code == 404

    rate_reply(world.member_user, reply=reply, rating=Rating("satisfied", "satisfied"))
    with pytest.raises(NotAllowed):
        rate_reply(world.other_member_user, reply=reply, rating=Rating("satisfied", "satisfied"))
    rate_reply(world.minjian_contact, reply=reply, rating=Rating("fairly", "fairly"))
    assert {row.proposer for row in reply.feedback.all()} == {world.minjian, world.member}
    assert not Deadline.objects.filter(kind="feedback", met_at=None).exists()
    rated = client.get(reverse("proposal-detail", args=[one.pk]), {"tab": "rating"}).content.decode()
    assert "赵青禾" in rated
    assert "民建盘锦市委员会" not in rated.split('aria-label="提案内容"')[1]
    assert not any(line.next_label == "评价答复" for line in work_of(world.member_user).owed)
