"""From the signature to the public page: each deed is done once, whoever presses twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from replies.models import DocumentNumber, Publication, RenderedDocument
from replies.services.release import pass_release
from replies.services.rendering import render_document
from replies.workflow import PublicationState, ReplyState
from tests.races.conftest import Arena
from tests.races.outcomes import ROUNDS, nothing_broke, one_wins
from tests.races.people import Deed, at_once
from tests.replies.cases import issued_reply, released, signed_reply
from tests.replies.drafting.case import signing

pytestmark = pytest.mark.django_db  # the arena commits; see conftest


@pytest.mark.parametrize("is_double_click", [False, True])
def test_one_reply_is_signed_once(arena: Arena, is_double_click: bool) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        reply = signing(world, helpers=[world.gaj], number=arena.number())
        before = DocumentNumber.objects.count()
        url, data = reverse("reply-sign", args=[reply.pk]), {"round": 1, "result_class": reply.result_class_id}
        other = world.sfj_leader if is_double_click else arena.second_leader
        one_wins(at_once(arena.pair, Deed(world.sfj_leader, url, data), Deed(other, url, data)))
        reply.refresh_from_db()
        assert (reply.state, DocumentNumber.objects.count()) == (ReplyState.SIGNED, before + 1)
        assert arena.deeds(reply.proposal, "sign") == reply.documents.count() == 1
        assert reply.documents.get().state == "ready"


def test_two_signatures_at_once_get_numbers_in_a_row(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        one, two = (signing(world, helpers=[world.gaj], number=arena.number()) for _ in range(2))
        data = {"round": 1, "result_class": one.result_class_id}
        answers = at_once(
            arena.pair,
            Deed(world.sfj_leader, reverse("reply-sign", args=[one.pk]), data),
            Deed(arena.second_leader, reverse("reply-sign", args=[two.pk]), data),
        )
        assert [answer.status for answer in answers] == [302, 302]
        serials = list(DocumentNumber.objects.filter(word="盘司函").order_by("serial").values_list("serial", flat=True))
        assert serials == list(range(1, len(serials) + 1))


def test_one_letter_is_issued_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = signed_reply(world, value=arena.number())
        url = reverse("reply-issue", args=[reply.pk])
        one_wins(at_once(arena.pair, Deed(world.sfj_clerk, url), Deed(world.sfj_clerk_colleague, url)))
        assert arena.deeds(reply.proposal, "issue") == arena.deeds(reply.proposal, "answer") == 1
        assert reply.proposal.deadlines.filter(kind="feedback").count() == 1


def test_one_proposer_rates_once_and_the_other_contact_sees_his_words_again(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = issued_reply(world, value=arena.number())
        url = reverse("reply-rate", args=[reply.pk])
        words = {"attitude": "satisfied", "result": "satisfied", "opinion": f"办得实在。{uuid4().hex}"}
        lost = one_wins(
            at_once(arena.pair, Deed(world.minjian_contact, url, words), Deed(arena.second_contact, url, words))
        )
        assert arena.deeds(reply.proposal, "rate") == reply.feedback.count() == 1
        assert words["opinion"] in lost.html


def test_one_reply_has_one_publication(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = issued_reply(world, value=arena.number())
        url = reverse("publication-prepare", args=[reply.pk])
        answers = at_once(arena.pair, Deed(world.sfj_clerk, url), Deed(world.sfj_clerk_colleague, url))
        assert {answer.location for answer in answers} == {
            reverse("publication-detail", args=[reply.publications.get().pk])
        }
        assert arena.deeds(reply.proposal, "prepare_publication") == 1


def almost_public(arena: Arena) -> Publication:
    """Two of three steps of the release are done."""
    publication = released(arena.world, value=arena.number())
    for person in (arena.world.sfj_clerk, arena.world.sfj_reviewer):
        publication = pass_release(person, publication=publication)
    return publication


@pytest.mark.parametrize("is_double_click", [False, True])
def test_the_last_step_of_a_release_is_taken_once(arena: Arena, is_double_click: bool) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        publication = almost_public(arena)
        url, data = reverse("publication-decide", args=[publication.pk]), {"decision": "pass", "comment": "同意公开。"}
        other = world.sfj_leader if is_double_click else arena.second_leader
        one_wins(at_once(arena.pair, Deed(world.sfj_leader, url, data), Deed(other, url, data)))
        publication.refresh_from_db()
        assert publication.state == PublicationState.PUBLISHED
        assert publication.decisions.count() == arena.deeds(publication.proposal, "release_step") == 3


def test_passing_the_last_step_against_sending_back(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        publication = almost_public(arena)
        url = reverse("publication-decide", args=[publication.pk])
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.sfj_leader, url, {"decision": "pass"}),
                Deed(arena.second_leader, url, {"decision": "return", "comment": "标题里的届次有误。"}),
            )
        )
        publication.refresh_from_db()
        is_out = publication.state == PublicationState.PUBLISHED
        assert publication.decisions.count() == 3
        assert arena.deeds(publication.proposal, "refuse_release") == (0 if is_out else 1)
        assert not is_out or "标题里的届次有误。" in lost.html


def test_publishing_against_taking_down(arena: Arena) -> None:
    """Taking down comes after publishing, or is told that nothing is public yet: never a public page half down."""
    world = arena.world
    for _ in range(ROUNDS // 2):
        publication = almost_public(arena)
        publish, take_down = at_once(
            arena.pair,
            Deed(world.sfj_leader, reverse("publication-decide", args=[publication.pk]), {"decision": "pass"}),
            Deed(
                arena.second_leader, reverse("publication-unpublish", args=[publication.pk]), {"reason": "数据待更正。"}
            ),
        )
        nothing_broke((publish, take_down))
        publication.refresh_from_db()
        assert publish.status == 302
        assert publication.state == (PublicationState.UNPUBLISHED if take_down.is_done else PublicationState.PUBLISHED)
        assert bool(publication.unpublished_at) == take_down.is_done
        assert arena.deeds(publication.proposal, "unpublish") == int(take_down.is_done)


def test_a_published_page_is_taken_down_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        publication = pass_release(world.sfj_leader, publication=almost_public(arena))
        click = Deed(
            world.sfj_leader, reverse("publication-unpublish", args=[publication.pk]), {"reason": "数据待更正。"}
        )
        one_wins(at_once(arena.pair, click, click))
        assert arena.deeds(publication.proposal, "unpublish") == 1


def test_a_failed_file_is_queued_again_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = signed_reply(world, value=arena.number())
        document = reply.documents.get()
        RenderedDocument.objects.filter(pk=document.pk).update(state="failed", error="排版没有完成。")
        url = reverse("document-retry", args=[document.pk])
        one_wins(at_once(arena.pair, Deed(world.sfj_clerk, url), Deed(world.sfj_clerk_colleague, url)))
        assert arena.deeds(reply.proposal, "retry_rendering") == 1
        document.refresh_from_db()
        assert document.state == "ready"
        assert not render_document(document.pk)
