"""The answer matrix: what it lacks stops the reply, two people do not overwrite each other, signing freezes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.chinese import to_chinese
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Ask, Event, ResultClass
from replies.answer_matrix import Line, annex_of, digest, draft_matrix, proposed_class, thaw
from replies.documents.letter import digest as letter_digest
from replies.documents.letter import from_dict, to_dict
from replies.models import MatrixRow, Reply
from replies.queries import load_sections, place
from replies.services.clearance import pass_review, send_to_review
from replies.services.importing import confirm_import, import_reply
from replies.services.issuing import issue_reply, revise_reply
from replies.services.matrix import LineText, save_matrix
from replies.services.publishing import public_letter
from replies.services.rendering import render_document
from replies.services.signing import sign_reply
from tests.factories import Stage, case_in
from tests.replies.following.stages import PROMISING
from tests.world import World


def class_of(world: World, code: str) -> ResultClass:
    return world.session.result_scheme.classes.get(code=code)


def drafting(world: World, code: str = "A") -> Reply:
    reply = case_in(world, Stage.DRAFTING).reply
    Reply.objects.filter(pk=reply.pk).update(result_class=class_of(world, code))
    return Reply.objects.select_related("proposal").get(pk=reply.pk)


def unlink(reply: Reply, position: int) -> Ask:
    ask: Ask = reply.proposal.asks.get(position=position)
    for section in reply.sections.filter(asks=ask):
        section.asks.remove(ask)
    return ask


def test_an_ask_nobody_answers_or_explains_stops_the_reply_and_the_page_leads_there(
    world: World, client: Client
) -> None:
    reply = drafting(world)
    ask = unlink(reply, 2)
    with pytest.raises(InvalidInput) as refused:
        send_to_review(world.sfj_clerk, reply=reply)
    assert set(refused.value.errors) == {f"ask-{ask.pk}"}
    client.force_login(world.sfj_clerk)
    page = client.get(reverse("reply-send-to-review", args=[reply.pk])).content.decode()
    assert f"{reverse('reply-matrix', args=[reply.pk])}#ask-{ask.pk}" in page
    save_matrix(world.sfj_clerk, reply=reply, lines={ask.pk: (0, LineText(explanation="与第1条合并办理。"))})
    assert send_to_review(world.sfj_clerk, reply=reply).state == "reviewing"


def test_a_class_that_wants_a_promise_stops_the_reply_until_promise_or_reason_is_written(world: World) -> None:
    reply = drafting(world, "B")
    asks = list(reply.proposal.asks.all())
    with pytest.raises(InvalidInput, match="承诺"):
        send_to_review(world.sfj_clerk, reply=reply)
    best = class_of(world, "A").pk
    save_matrix(
        world.sfj_clerk,
        reply=reply,
        lines={
            asks[0].pk: (0, LineText(result_class_id=best)),
            asks[1].pk: (0, LineText(promise="扩大到全部园区", promise_due=date(2099, 1, 1))),
            asks[2].pk: (0, LineText(no_promise_reason="已经办到最好。")),
        },
    )
    assert send_to_review(world.sfj_clerk, reply=reply).state == "reviewing"


def test_the_leader_cannot_change_the_class_to_one_whose_promise_is_missing(world: World) -> None:
    reply = case_in(world, Stage.SIGNING).reply
    with pytest.raises(InvalidInput) as refused:
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "B"))
    assert "退回经办人" in refused.value.errors["result_class"][0]
    assert Reply.objects.get(pk=reply.pk).state == "signing"


def test_signing_freezes_the_matrix_and_its_digest_stands_in_the_event(world: World) -> None:
    reply = case_in(world, Stage.SIGNED, script=PROMISING).reply
    assert reply.signed_matrix is not None
    assert reply.signed_matrix_digest == digest(reply.signed_matrix)
    assert Event.objects.get(kind="sign").data["matrix_digest"] == reply.signed_matrix_digest
    MatrixRow.objects.update(promise="改过的话")
    lines = thaw(reply.signed_matrix)
    assert [line.class_code for line in lines] == ["A", "B", "B"]
    assert lines[1].promise == "年内把联合检查扩大到全部园区"
    assert lines[1].sections[0].name.startswith("二、")
    with pytest.raises(WrongStage):
        save_matrix(world.sfj_clerk, reply=reply, lines={lines[0].ask: (1, LineText(outcome="x"))})


def test_two_people_on_one_line_lose_nothing_and_the_page_shows_both(world: World, client: Client) -> None:
    reply = drafting(world)
    first, second = (ask.pk for ask in list(reply.proposal.asks.all())[:2])
    save_matrix(world.sfj_clerk, reply=reply, lines={first: (0, LineText(outcome="甲写的"))})
    saved = save_matrix(
        world.sfj_clerk_colleague,
        reply=reply,
        lines={first: (0, LineText(outcome="乙写的")), second: (0, LineText(outcome="另一条"))},
    )
    assert (saved.stored, saved.clashes[first].theirs.outcome) == (1, "甲写的")
    assert MatrixRow.objects.get(ask=first).outcome == "甲写的"
    client.force_login(world.sfj_clerk_colleague)
    sent = {f"a{ask.pk}-version": 0 for ask in reply.proposal.asks.all()} | {f"a{first}-outcome": "乙写的"}
    sent[f"a{second}-version"] = 1
    sent[f"a{second}-outcome"] = "另一条"
    answer = client.post(reverse("reply-matrix", args=[reply.pk]), sent)
    page = answer.content.decode()
    assert (answer.status_code, "甲写的" in page, "乙写的" in page) == (409, True, True)
    assert f'name="a{first}-version" value="1"' in page  # pressing again replaces it knowingly


def test_faults_stand_at_their_field_and_nothing_is_stored(world: World) -> None:
    reply = drafting(world)
    ask = reply.proposal.asks.first()
    other = ResultClass.objects.exclude(scheme=world.session.result_scheme).first()
    assert ask is not None
    assert other is not None
    for text, field in (
        (LineText(promise="办成"), "promise_due"),
        (LineText(promise_phase="明年"), "promise"),
        (LineText(promise="办成", promise_due=date(2020, 1, 1)), "promise_due"),
        (LineText(bureau_id=world.committee.pk), "bureau"),
        (LineText(outcome="字" * 201), "outcome"),
        (LineText(result_class_id=other.pk), "result_class"),
    ):
        with pytest.raises(InvalidInput) as refused:
            save_matrix(world.sfj_clerk, reply=reply, lines={ask.pk: (0, text)})
        assert set(refused.value.errors) == {f"a{ask.pk}-{field}"}
    assert not MatrixRow.objects.exists()


def test_only_the_bureaus_clerks_write_it(world: World) -> None:
    reply = drafting(world)
    for stranger in (world.sfj_leader, world.gaj_clerk, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            save_matrix(stranger, reply=reply, lines={})


@pytest.mark.parametrize(
    ("codes", "expected"),
    [("AAA", "A"), ("DD", "D"), ("AB", "B"), ("AC", "B"), ("CD", "C"), ("BD", "B"), ("", None)],
)
def test_the_overall_class_is_proposed_from_the_lines(world: World, codes: str, expected: str | None) -> None:
    classes = list(world.session.result_scheme.classes.all())
    of_code = {one.code: one.pk for one in classes}
    lines = [Line(ask=place, position=place, text="x", class_id=of_code[code]) for place, code in enumerate(codes, 1)]
    found = proposed_class(lines, classes)
    assert (found.code if found else None) == expected


def test_the_proposer_reads_the_matrix_once_the_reply_is_issued(world: World, client: Client) -> None:
    case = case_in(world, Stage.SIGNED, script=PROMISING)
    client.force_login(world.minjian_contact)
    page = reverse("proposal-detail", args=[case.proposal.pk])
    assert "年内把联合检查扩大到全部园区" not in client.get(page).content.decode()
    client.force_login(world.office_staff)
    assert "年内把联合检查扩大到全部园区" in client.get(page).content.decode()
    from tests.factories import Step

    case.do(Step.ISSUE)
    client.force_login(world.minjian_contact)
    assert "年内把联合检查扩大到全部园区" in client.get(page).content.decode()


def test_the_annex_is_in_the_letter_and_on_the_public_page_only_if_the_session_says_so(world: World) -> None:
    plain = from_dict(case_in(world, Stage.SIGNED, script=PROMISING).reply.signed_letter or {})
    assert plain.annexes == ()
    assert not {"annex", "annexes"} & to_dict(plain).keys()  # letters signed before keep their digest
    world.session.matrix_in_letter = True
    world.session.save()
    case = case_in(world, Stage.PREPARING, script=PROMISING)
    letter = from_dict(case.reply.signed_letter or {})
    assert letter.annexes == (annex_of(thaw(case.reply.signed_matrix or ())),)
    assert letter_digest(letter) == case.reply.signed_digest
    assert public_letter(case.publication).annexes == ()
    world.session.matrix_in_public = True
    world.session.save()
    assert public_letter(case.publication).annexes == letter.annexes


@pytest.mark.real_reply
def test_the_real_reply_answers_ask_by_ask_with_links_made_by_section_number(
    world: World, real_reply: Path, client: Client
) -> None:
    imported = import_reply(world.committee_staff, file_name="005.txt", raw=real_reply.read_bytes())
    imported = confirm_import(
        world.committee_staff, reply=imported, signed_on=imported.signed_on, signed_by=imported.signer_names
    )
    tops = {row.printed_marker: row for row in imported.sections.filter(parent=None) if row.printed_marker}
    assert len(tops) == 4
    for position, marker in enumerate(sorted(tops, key=lambda one: tops[one].position), start=1):
        Ask.objects.create(proposal=imported.proposal, position=position, text=f"建议{position}")
        assert marker.rstrip("、") == "一二三四"[position - 1]
    draft = revise_reply(world.sfj_clerk, reply=imported)
    Reply.objects.filter(pk=draft.pk).update(result_class=class_of(world, "A"))
    draft = Reply.objects.select_related("proposal").get(pk=draft.pk)
    numbered = {one.section.marker: one.row for one in place(load_sections(draft), draft.scheme) if one.depth == 1}
    sections = {ask.position: numbered[f"{to_chinese(ask.position)}、"] for ask in draft.proposal.asks.all()}
    for ask in draft.proposal.asks.filter(position__lt=4):
        sections[ask.position].asks.add(ask)
    with pytest.raises(InvalidInput, match="第4条"):
        send_to_review(world.sfj_clerk, reply=draft)
    sections[4].asks.add(draft.proposal.asks.get(position=4))
    lines = draft_matrix(draft, load_sections(draft))
    assert [line.sections[0].name[:2] for line in lines] == ["一、", "二、", "三、", "四、"]
    assert send_to_review(world.sfj_clerk, reply=draft).state == "reviewing"
    pass_review(world.sfj_reviewer, reply=draft)
    world.session.matrix_in_letter = True
    world.session.save()
    signed = sign_reply(world.sfj_leader, reply=draft, result_class=class_of(world, "A"))
    frozen = thaw(signed.signed_matrix or ())
    assert [link.name[:2] for line in frozen for link in line.sections] == ["一、", "二、", "三、", "四、"]
    assert from_dict(signed.signed_letter or {}).annexes == (annex_of(frozen),)
    render_document(signed.documents.get(kind="letter").pk)
    issued = issue_reply(world.sfj_clerk, reply=signed)
    client.force_login(world.office_staff)
    page = client.get(reverse("proposal-detail", args=[issued.proposal_id])).content.decode()
    for line in frozen:
        assert line.sections[0].name in page
