"""分办: every bureau's answer is rated by itself, inside a term of its own."""

from __future__ import annotations

import pytest

from proposals.models import Deadline, User
from replies.models import Redo, Reply
from replies.services.feedback import Rating, rate_reply
from replies.services.issuing import issue_reply
from replies.services.redo import finish_redo, start_redo
from replies.worklist import work_of
from tests.lives.city import answered_separately, fill_posts
from tests.world import World

GOOD, BAD = Rating("satisfied", "satisfied"), Rating("fairly", "dissatisfied", "没有答复到。")


@pytest.fixture
def replies(world: World) -> tuple[Reply, Reply]:
    """Two signed answers to one case, of 司法局 and of 公安局; 司法局 has issued."""
    fill_posts(world)
    answered_separately(world)
    first, second = (Reply.objects.get(bureau=bureau) for bureau in (world.sfj, world.gaj))
    return issue_reply(world.sfj_clerk, reply=first), second


def open_clocks() -> list[Deadline]:
    return list(Deadline.objects.filter(kind="feedback", met_at=None, cancelled_at=None).order_by("pk"))


def test_a_second_answer_issued_while_the_first_is_unrated_starts_its_own_clock(
    world: World, replies: tuple[Reply, Reply]
) -> None:
    first, second = replies
    issue_reply(world.gaj_clerk, reply=second)
    assert [clock.reference for clock in open_clocks()] == [first.reference, second.reference]
    rate_reply(world.minjian_contact, reply=first, rating=GOOD)
    assert [clock.reference for clock in open_clocks()] == [second.reference]
    line = next(line for line in work_of(world.minjian_contact).owed if line.next_label == "评价答复")
    assert line.deadline is not None
    rate_reply(world.minjian_contact, reply=second, rating=GOOD)
    assert open_clocks() == []


def test_another_answer_of_one_bureau_leaves_the_rating_of_the_other_open(
    world: World, replies: tuple[Reply, Reply]
) -> None:
    first, second = replies
    issue_reply(world.gaj_clerk, reply=second)
    rate_reply(world.minjian_contact, reply=first, rating=BAD)
    again = start_redo(User.objects.get(username="sfj_clerk"), redo=Redo.objects.get())
    finish_redo(proposal=again.proposal, reply=again)
    assert [clock.reference for clock in open_clocks()] == [second.reference]
