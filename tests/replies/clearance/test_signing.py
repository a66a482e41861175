"""At signing the text freezes and the document number is given, without gaps, whoever else signs at that moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from proposals.errors import InvalidInput, PortalError, WrongStage
from proposals.models import Bureau, ResultClass, ResultScheme, Role
from replies.documents.letter import digest, from_dict, plain_text
from replies.models import DocumentNumber, Reply
from replies.services.clearance import pass_review, send_back, send_to_review
from replies.services.countersigning import countersign
from replies.services.saving import SectionText, save_section
from replies.services.signing import sign_reply
from replies.workflow import ReplyState
from tests.replies.drafting.case import class_of, drafted, signed, signing
from tests.world import World, appoint, person

TRANSITION_QUERIES = 16
LAST_COUNTERSIGN_QUERIES, SIGN_QUERIES = 16, 18  # who is next by the rule; the matrix, its promises, the audit


def test_the_signed_letter_is_frozen_with_its_digest(world: World, clock_at: Callable[[date], None]) -> None:
    clock_at(date(2026, 8, 18))
    reply = signed(world)
    letter = from_dict(reply.signed_letter)  # type: ignore[arg-type]
    assert digest(letter) == reply.signed_digest
    assert (letter.number, letter.class_mark, letter.signers) == ("盘司函〔2026〕1号", "A", ("盘锦市司法局",))
    assert letter.signed_on == reply.signed_on == date(2026, 8, 18)
    assert "一、执法信息平台已经联通" in plain_text(letter)


def test_signing_queues_the_letter_as_a_row(world: World) -> None:
    reply = signed(world)
    document = reply.documents.get()
    assert (document.kind, document.letter_digest) == ("letter", reply.signed_digest)


def test_the_leader_may_change_the_result_class(world: World) -> None:
    reply = sign_reply(world.sfj_leader, reply=signing(world), result_class=class_of(world, "D"))
    assert from_dict(reply.signed_letter).class_mark == "D"  # type: ignore[arg-type]
    assert "由A类改定" in reply.proposal.events.get(kind="sign").text


def test_a_class_of_another_scheme_is_refused(world: World) -> None:
    other = ResultScheme.objects.create(name="另一方案")
    foreign = ResultClass.objects.create(scheme=other, code="Z", meaning="别处的类别")
    with pytest.raises(InvalidInput):
        sign_reply(world.sfj_leader, reply=signing(world), result_class=foreign)


def test_a_bureau_without_document_word_is_told_what_to_do(world: World) -> None:
    reply = signing(world)
    Bureau.objects.filter(pk=world.sfj.pk).update(document_word="")
    with pytest.raises(WrongStage, match="机关代字"):
        sign_reply(world.sfj_leader, reply=reply, result_class=class_of(world, "A"))
    reply.refresh_from_db()
    assert (reply.state, reply.document_number) == (ReplyState.SIGNING, "")


def test_numbers_count_per_year_from_one(world: World, clock_at: Callable[[datetime | date], None]) -> None:
    clock_at(date(2026, 12, 30))
    assert signed(world, number="005").document_number == "盘司函〔2026〕1号"
    assert signed(world, number="006").document_number == "盘司函〔2026〕2号"
    clock_at(date(2027, 1, 4))
    assert signed(world, number="007").document_number == "盘司函〔2027〕1号"


def test_a_refused_signature_leaves_no_gap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = signing(world, number="005"), signing(world, number="006")

    def breaks(reply: Reply, *, is_new: bool) -> None:
        raise RuntimeError("the queue row could not be written")

    with monkeypatch.context() as patch:
        patch.setattr("replies.services.signing.queue_letter", breaks)
        with pytest.raises(RuntimeError):
            sign_reply(world.sfj_leader, reply=first, result_class=class_of(world, "A"))
    reply = sign_reply(world.sfj_leader, reply=second, result_class=class_of(world, "A"))
    assert reply.document_number.endswith("1号")


def test_a_signed_text_cannot_be_edited_or_handed_in_again(world: World) -> None:
    reply = signed(world)
    section = reply.sections.get()
    with pytest.raises(WrongStage):
        save_section(world.sfj_clerk, section=section, version=section.version, text=SectionText(body="改。"))
    with pytest.raises(WrongStage):
        send_to_review(world.sfj_clerk, reply=reply)


def _at_once(*works: Callable[[], object]) -> list[str]:
    start = threading.Barrier(len(works))
    outcomes: list[str] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(timeout=10)
            work()
            outcomes.append("done")
        except PortalError as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_two_leaders_signing_two_cases_at_once_get_consecutive_numbers(world: World) -> None:
    other = person("sfj_leader2", "梁定远")
    appoint(other, Role.LEADER, bureau=world.sfj)
    one, two = signing(world, number="005"), signing(world, number="006")
    mark = class_of(world, "A")
    assert _at_once(
        lambda: sign_reply(world.sfj_leader, reply=one, result_class=mark),
        lambda: sign_reply(other, reply=two, result_class=mark),
    ) == ["done", "done"]
    assert sorted(DocumentNumber.objects.values_list("serial", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_leaders_at_one_reply_sign_it_once(world: World) -> None:
    other = person("sfj_leader2", "梁定远")
    appoint(other, Role.LEADER, bureau=world.sfj)
    reply, mark = signing(world), class_of(world, "A")
    assert _at_once(
        lambda: sign_reply(world.sfj_leader, reply=reply, result_class=mark),
        lambda: sign_reply(other, reply=reply, result_class=mark),
    ) == ["OutOfTurn", "done"]
    assert DocumentNumber.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_against_sending_back_and_editing_signs_only_what_was_cleared(world: World) -> None:
    other = person("sfj_leader2", "梁定远")
    appoint(other, Role.LEADER, bureau=world.sfj)
    reply, mark = signing(world), class_of(world, "A")
    section = reply.sections.get()
    cleared = section.body

    def send_back_and_edit() -> None:
        send_back(other, reply=reply, comment="请再改。")
        save_section(
            world.sfj_clerk, section=section, version=section.version, text=SectionText("改", False, "没有核过的文字。")
        )

    outcomes = _at_once(
        lambda: sign_reply(world.sfj_leader, reply=reply, result_class=mark, seen_round=1), send_back_and_edit
    )
    assert outcomes == ["OutOfTurn", "done"]
    reply.refresh_from_db()
    if reply.state == ReplyState.SIGNED:
        assert cleared in plain_text(from_dict(reply.signed_letter))  # type: ignore[arg-type]
        assert reply.sections.get().body == cleared
    else:
        assert reply.signed_letter is None
        assert not DocumentNumber.objects.exists()


def _cost(transition: Callable[[], object]) -> int:
    """Statements of one transition; the savepoints around it come from the test's own transaction."""
    with CaptureQueriesContext(connection) as queries:
        transition()
    return sum("SAVEPOINT" not in query["sql"] for query in queries)


def test_a_transition_costs_a_fixed_number_of_queries(world: World) -> None:
    reply, mark = drafted(world), class_of(world, "A")
    costs = [
        _cost(lambda: send_to_review(world.sfj_clerk, reply=reply)),
        _cost(lambda: pass_review(world.sfj_reviewer, reply=reply)),
        *(
            _cost(partial(countersign, clerk, reply=reply))
            for clerk in (world.gaj_clerk, world.scj_clerk, world.ysj_clerk)
        ),
        _cost(lambda: sign_reply(world.sfj_leader, reply=reply, result_class=mark)),
    ]
    *_, last, sign = costs
    assert max(costs[:-2]) <= TRANSITION_QUERIES, costs
    assert (last, sign) <= (LAST_COUNTERSIGN_QUERIES, SIGN_QUERIES), costs
