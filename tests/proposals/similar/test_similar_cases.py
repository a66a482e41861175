"""Near-duplicates are found however much of them was rewritten; what only speaks of the same things is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Proposal
from proposals.permissions import visible_proposals
from proposals.services.filing import submit
from proposals.services.review import register
from proposals.similar import said_by, similar_cases
from replies.similar import similar_to
from tests.factories import Stage, case_in
from tests.proposals.similar.texts import filed, said
from tests.proposals.stages import content_for, draft, form_data
from tests.world import World

pytestmark = pytest.mark.django_db

PLANTED = 40


@pytest.fixture
def library(world: World) -> list[Proposal]:
    """Forty proposals about the same dozen subjects."""
    return [filed(world, said(seed)) for seed in range(PLANTED)]


@pytest.mark.parametrize("edited", [0.05, 0.2, 0.3, 0.4, 0.5])
def test_a_copy_finds_its_original_first(world: World, library: list[Proposal], edited: float) -> None:
    for seed in range(0, PLANTED, 4):
        found = similar_cases(Proposal.objects.all(), said(seed, edited=edited))
        assert found, f"nothing like {seed}"
        assert found[0].proposal == library[seed]
        assert not found[0].in_title_only
        assert found[0].passages


def test_other_proposals_about_the_same_subjects_are_not_similar(world: World, library: list[Proposal]) -> None:
    for seed in range(500, 520):
        assert similar_cases(Proposal.objects.all(), said(seed)) == []


def test_the_more_alike_comes_first(world: World) -> None:
    close, far = filed(world, said(7, edited=0.1)), filed(world, said(7, edited=0.4))
    assert [like.proposal for like in similar_cases(Proposal.objects.all(), said(7))] == [close, far]


def test_a_stored_text_is_not_like_itself(world: World, library: list[Proposal]) -> None:
    assert similar_cases(Proposal.objects.all(), said_by(library[0])) == []
    copy = filed(world, said(0, edited=0.4))
    assert [like.proposal for like in similar_cases(Proposal.objects.all(), said_by(copy))] == [library[0]]


def test_a_title_alone_is_enough_while_one_begins(world: World) -> None:
    earlier = draft(world, title="关于推动湿地公园观光步道修缮的建议")
    typed = replace(said(1), title="关于加快湿地公园观光步道修缮", parts="", asks=())
    (like,) = similar_cases(Proposal.objects.all(), typed)
    assert (like.proposal, like.in_title_only) == (earlier, True)
    other = replace(typed, title="关于加快湿地公园停车场建设的建议")
    assert similar_cases(Proposal.objects.all(), other) == []


@pytest.mark.parametrize("title", ["关于统一居民小区充电桩收费公示的建议", "关于规范小区汽车充电桩收费标准的建议"])
def test_a_title_that_says_more_is_like_the_shorter_one(world: World, title: str) -> None:
    earlier = draft(world, title="关于规范小区充电桩收费的建议")
    draft(world, title="关于小区停车收费的建议")
    (like,) = similar_cases(Proposal.objects.all(), replace(said(1), title=title, parts="", asks=()))
    assert like.proposal == earlier


def test_the_asks_alone_are_enough(world: World) -> None:
    earlier = draft(world)
    typed = replace(said(1), title="关于另一件事", parts="", asks=tuple(ask.text for ask in earlier.asks.all()))
    (like,) = similar_cases(Proposal.objects.all(), typed)
    assert like.proposal == earlier


@pytest.mark.parametrize("typed", ["", "的", "。，；", "\x00", "a" * 300, "“''\" OR NOT *:)("])
def test_nothing_much_is_like_nothing(world: World, library: list[Proposal], typed: str) -> None:
    assert similar_cases(Proposal.objects.all(), replace(said(1), title=typed, parts=typed, asks=())) == []


def test_nobody_is_told_of_a_case_he_may_not_know_of(world: World) -> None:
    original = said(3)
    mine, theirs = filed(world, original), said(3, edited=0.2)
    assert [case.title for case in similar_to(world.minjian_contact, theirs)] == [mine.title]
    assert similar_to(world.other_member_user, theirs) == []
    assert similar_to(world.committee_staff, theirs) == []  # a draft is its writer's
    submit(world.minjian_contact, proposal=mine)
    assert [case.state for case in similar_to(world.committee_staff, theirs)] == ["待审查"]
    assert similar_to(world.other_member_user, theirs) == []
    register(world.committee_staff, proposal=mine)
    assert similar_to(world.member_user, theirs) == []
    assert not visible_proposals(world.member_user).exists()


def test_the_committee_reads_what_came_of_it(world: World) -> None:
    case = case_in(world, Stage.PUBLISHED)
    (found,) = similar_to(world.committee_staff, replace(said_by(case.proposal), pk=None))
    assert found.state == "已答复"
    assert found.url == reverse("proposal-detail", args=[case.proposal.pk])
    assert found.answers[0].text.startswith("市司法局的答复，")
    assert found.answers[0].url.endswith("?tab=reply")


def test_a_stranger_finds_the_published_answer_by_its_title_alone(world: World) -> None:
    case = case_in(world, Stage.PUBLISHED)
    text = replace(said_by(case.proposal), pk=None)
    (found,) = similar_to(world.other_member_user, text)
    assert found.url == reverse("public-page", args=[case.publication.index_number])
    assert (found.how, found.passages, found.promises) == ("标题相近", (), ())
    # What was never published is not there to be guessed at.
    assert similar_to(world.other_member_user, replace(text, title="关于别的事情的建议")) == []


def test_what_is_not_published_is_not_told_to_strangers(world: World) -> None:
    case = case_in(world, Stage.RELEASING)
    assert similar_to(world.other_member_user, replace(said_by(case.proposal), pk=None)) == []


def test_the_filing_page_shows_it_after_a_save_and_while_one_types(client: Client, world: World) -> None:
    earlier = draft(world, title="关于湿地公园观光步道修缮的建议")
    later = draft(world, background="另一件事。", analysis="另一个原因。", suggestions="另一个办法。", asks=("另办。",))
    client.force_login(world.minjian_contact)
    edit = reverse("proposal-edit", args=[later.pk])
    assert earlier.title not in client.get(edit).content.decode()
    typed = content_for(
        world, title="关于加快湿地公园观光步道修缮", background="", analysis="", suggestions="", asks=()
    )
    live = client.post(reverse("proposal-similar", args=[later.pk]), form_data(typed, 1)).content.decode()
    assert earlier.title in live
    assert "标题相近" in live
    client.post(edit, form_data(content_for(world, title="关于加快湿地公园观光步道修缮"), 1))
    assert earlier.title in client.get(edit).content.decode()


def test_the_review_shows_it(client: Client, world: World) -> None:
    earlier = register(world.committee_staff, proposal=submit(world.minjian_contact, proposal=filed(world, said(5))))
    later = submit(world.minjian_contact, proposal=filed(world, said(5, edited=0.3)))
    client.force_login(world.committee_staff)
    shown = client.get(reverse("proposal-review", args=[later.pk])).content.decode()
    assert earlier.title in shown
    assert "相近的文字" in shown


def test_queries_do_not_grow_with_the_cases(
    client: Client, world: World, library: list[Proposal], django_assert_max_num_queries: Any
) -> None:
    copy = filed(world, said(0, edited=0.3))
    with django_assert_max_num_queries(10):
        similar_to(world.minjian_contact, said_by(copy))
    client.force_login(world.minjian_contact)
    client.get(reverse("proposal-edit", args=[copy.pk]))
    with django_assert_max_num_queries(32):
        client.get(reverse("proposal-edit", args=[copy.pk]))
