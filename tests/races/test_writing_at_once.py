"""Two people at one reply: what one cannot store he sees again, and the server has kept it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import User
from replies.models import CoHandlerOpinion, Reply
from replies.services.clearance import send_to_review
from replies.services.countersigning import countersign
from replies.services.opinion_signing import sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.services.saving import SectionText, save_section
from replies.workflow import ReplyState
from tests.races.conftest import Arena
from tests.races.outcomes import ROUNDS, nothing_broke, one_wins
from tests.races.people import Answer, Deed, at_once
from tests.replies.drafting.case import drafted, reviewing, share_of, signing
from tests.replies.drafting.editor_page import fields_of

pytestmark = pytest.mark.django_db  # the arena commits; see conftest

MINE, THEIRS = "甲写的一段新的文字。", "乙写的另一段文字。"


def opened(person: User, reply: Reply) -> dict[str, Any]:
    """The editor as ``person`` has it before him now."""
    client = Client()
    client.force_login(person)
    return dict(fields_of(client.get(reverse("reply-edit", args=[reply.pk]))))


def body_of(reply: Reply) -> str:
    return f"s{reply.sections.get().pk}-body"


def new_case(arena: Arena) -> Reply:
    return drafted(arena.world, helpers=[arena.world.gaj], number=arena.number())


def unmerged(reply: Reply) -> str:
    """Texts the server keeps of saves that met a conflict."""
    return str([row.outline["unmerged"] for row in reply.revisions.all() if "unmerged" in row.outline])


def test_two_saves_of_one_section_keep_both_texts(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = new_case(arena)
        page, body = opened(world.sfj_clerk, reply), body_of(reply)
        url = reverse("reply-edit", args=[reply.pk])
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.sfj_clerk, url, {**page, body: MINE}),
                Deed(world.sfj_clerk_colleague, url, {**page, body: THEIRS}),
            )
        )
        stored = reply.sections.get().body
        assert (lost.status, {stored} < {MINE, THEIRS}) == (409, True)
        assert MINE in lost.html
        assert THEIRS in lost.html
        assert ({MINE, THEIRS} - {stored}).pop() in unmerged(reply)


def test_two_autosaves_of_one_section_keep_both_texts(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = new_case(arena)
        page, body = opened(world.sfj_clerk, reply), body_of(reply)
        url = reverse("reply-autosave", args=[reply.pk])
        answers = at_once(
            arena.pair,
            Deed(world.sfj_clerk, url, {**page, body: MINE}, "application/json"),
            Deed(world.sfj_clerk_colleague, url, {**page, body: THEIRS}, "application/json"),
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
        assert ({MINE, THEIRS} - {reply.sections.get().body}).pop() in unmerged(reply)


def test_deleting_a_section_against_saving_it(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = new_case(arena)
        section = reply.sections.get()
        page, body = opened(world.sfj_clerk, reply), body_of(reply)
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.sfj_clerk, reverse("reply-edit", args=[reply.pk]), {**page, body: MINE}),
                Deed(
                    world.sfj_clerk_colleague,
                    reverse("section-delete", args=[section.pk]),
                    {"version": section.version},
                ),
            )
        )
        is_there = reply.sections.exists()
        assert is_there == (arena.deeds(reply.proposal, "draft") == 1)  # the case was begun; a deletion is a second
        assert (reply.sections.get().body == MINE) if is_there else (MINE in lost.html and MINE in unmerged(reply))


def save_against(arena: Arena, reply: Reply, page: dict[str, Any], other: Deed) -> tuple[Answer, Answer]:
    """A save from an editor page opened before, against another deed."""
    save = Deed(arena.world.sfj_clerk_colleague, reverse("reply-edit", args=[reply.pk]), {**page, body_of(reply): MINE})
    answers = at_once(arena.pair, save, other)
    nothing_broke(answers)
    return answers[0], answers[1]


def test_a_save_against_the_handing_in_is_in_the_text_or_given_back(arena: Arena) -> None:
    for _ in range(ROUNDS):
        reply = new_case(arena)
        page = opened(arena.world.sfj_clerk, reply)
        hand_in = Deed(arena.world.sfj_clerk, reverse("reply-send-to-review", args=[reply.pk]), {"round": 0})
        save, sent = save_against(arena, reply, page, hand_in)
        assert sent.status == 302
        assert (reply.sections.get().body == MINE) if save.is_done else (MINE in save.html)
        cleared = reply.revisions.get(reason__contains="送核稿").outline["sections"][0]["body"]
        assert cleared == reply.sections.get().body  # what the reviewer reads is what stands there
        assert arena.deeds(reply.proposal, "send_to_review") == 1


def test_a_save_against_the_review_is_given_back(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        reply = new_case(arena)
        page = opened(world.sfj_clerk, reply)
        send_to_review(world.sfj_clerk, reply=reply)
        review = Deed(world.sfj_reviewer, reverse("reply-review", args=[reply.pk]), {"round": 1, "decision": "pass"})
        save, passed = save_against(arena, reply, page, review)
        assert (save.status, passed.status, MINE in save.html) == (409, 302, True)


def test_a_save_against_the_signature_is_given_back_and_not_signed(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        reply = new_case(arena)
        page = opened(world.sfj_clerk, reply)
        send_to_review(world.sfj_clerk, reply=reply)
        Reply.objects.filter(pk=reply.pk).update(state=ReplyState.SIGNING)
        sign = Deed(
            world.sfj_leader,
            reverse("reply-sign", args=[reply.pk]),
            {"round": 1, "result_class": reply.result_class_id},
        )
        save, signed = save_against(arena, reply, page, sign)
        reply.refresh_from_db()
        assert (save.status, signed.status, MINE in save.html) == (409, 302, True)
        assert MINE not in str(reply.signed_letter)


def test_passing_the_review_against_sending_back(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = reviewing(world, helpers=[world.gaj], number=arena.number())
        url = reverse("reply-review", args=[reply.pk])
        back = {"round": 1, "decision": "send_back", "comment": "请补充完成时间。"}
        one_wins(
            at_once(
                arena.pair,
                Deed(world.sfj_reviewer, url, {"round": 1}),
                Deed(world.sfj_reviewer, url, back),
            )
        )
        assert arena.deeds(reply.proposal, "pass_review") + arena.deeds(reply.proposal, "send_back") == 1
        assert reply.clearance_steps.filter(step="review").count() == 1


def test_the_first_words_of_an_opinion_written_by_two(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        helper = share_of(new_case(arena).proposal, world.gaj)
        url = reverse("opinion-edit", args=[helper.pk])
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.gaj_clerk, url, {"version": 0, "heading": "", "body": MINE}),
                Deed(world.gaj_clerk, url, {"version": 0, "heading": "", "body": THEIRS}),
            )
        )
        assert (lost.status, MINE in lost.html, THEIRS in lost.html) == (409, True, True)
        assert CoHandlerOpinion.objects.get(assignment=helper).body in {MINE, THEIRS}


def test_an_autosave_against_handing_the_opinion_in(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        helper = share_of(new_case(arena).proposal, world.gaj)
        opinion = save_opinion(world.gaj_clerk, assignment=helper, version=0, heading="", body=THEIRS)
        save, handed = at_once(
            arena.pair,
            Deed(
                world.gaj_clerk,
                reverse("opinion-autosave", args=[helper.pk]),
                {"version": opinion.version, "heading": "", "body": MINE},
                "application/json",
            ),
            Deed(world.gaj_clerk, reverse("opinion-submit", args=[helper.pk]), {"version": opinion.version}),
        )
        nothing_broke((save, handed))
        opinion.refresh_from_db()
        # Handed in is what he had read; if his colleague was first, he is asked to read again.
        assert [save.is_done, handed.is_done].count(True) == 1
        assert (opinion.body, opinion.state) == ((MINE, "drafting") if save.is_done else (THEIRS, "signing"))


def test_one_opinion_is_taken_over_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        reply = new_case(arena)
        helper = share_of(reply.proposal, world.gaj)
        save_opinion(world.gaj_clerk, assignment=helper, version=0, heading="", body=THEIRS)
        opinion = sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=helper))
        url = reverse("opinion-take-over", args=[opinion.pk])
        one_wins(at_once(arena.pair, Deed(world.sfj_clerk, url), Deed(world.sfj_clerk_colleague, url)))
        assert reply.sections.filter(source_opinion=opinion).count() == 1
        assert arena.deeds(reply.proposal, "take_over") == 1


def test_a_bureau_countersigns_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        reply = reviewing(world, helpers=[world.gaj, world.scj], number=arena.number())
        answer = arena.pair[0].do(Deed(world.sfj_reviewer, reverse("reply-review", args=[reply.pk]), {"round": 1}))
        assert answer.status == 302
        url = reverse("reply-countersign", args=[reply.pk])
        one_wins(
            at_once(arena.pair, Deed(world.gaj_clerk, url, {"round": 1}), Deed(world.gaj_leader, url, {"round": 1}))
        )
        assert arena.deeds(reply.proposal, "countersign") == 1
        reply.refresh_from_db()
        assert reply.state == ReplyState.COUNTERSIGNING
        assert countersign(world.scj_clerk, reply=reply).state == ReplyState.SIGNING


def test_what_is_signed_is_what_was_cleared(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS // 2):
        reply = signing(world, helpers=[world.gaj], number=arena.number())
        url = reverse("reply-sign", args=[reply.pk])
        sign = Deed(world.sfj_leader, url, {"round": 1, "result_class": reply.result_class_id})
        back = Deed(arena.second_leader, url, {"round": 1, "decision": "send_back", "comment": "请核对数字。"})
        one_wins(at_once(arena.pair, sign, back))
        reply.refresh_from_db()
        assert bool(reply.signed_digest) == (reply.state == ReplyState.SIGNED)
        if reply.state == ReplyState.DRAFTING:
            section = reply.sections.get()
            save_section(
                world.sfj_clerk,
                section=section,
                version=section.version,
                text=SectionText(section.heading, False, MINE),
            )
            assert not reply.signed_letter
