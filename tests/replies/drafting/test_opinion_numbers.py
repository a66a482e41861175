"""The number of a co-handler's opinion: out of its bureau's register at signature, gap-free, never typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, WrongStage
from proposals.models import Bureau, Event
from replies.models import CoHandlerOpinion, DocumentNumber, HandlingRule
from replies.services.opinion_letter import opinion_letter
from replies.services.opinion_signing import opinion_digest, return_opinion, sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.services.signing import next_document_number
from tests.replies.drafting.case import assigned, share_of
from tests.world import World

TEXT = "我局已派民警驻点。"


def sent(world: World, number: str = "", *, case: str = "005") -> CoHandlerOpinion:
    share = share_of(assigned(world, number=case), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT, document_number=number)
    return submit_opinion(world.gaj_clerk, assignment=share)


def word_of(world: World) -> str:
    return Bureau.objects.get(pk=world.gaj.pk).document_word


def serials(world: World) -> list[int]:
    rows = DocumentNumber.objects.filter(word=word_of(world)).order_by("serial")
    return list(rows.values_list("serial", flat=True))


def test_signing_gives_the_next_number_and_what_is_signed_bears_it(world: World) -> None:
    opinion = sent(world)
    assert opinion.document_number == ""
    signed = sign_opinion(world.gaj_leader, opinion=opinion)
    signed.refresh_from_db()
    row = DocumentNumber.objects.get(opinion=signed)
    assert signed.document_number == str(row) == f"{word_of(world)}〔{row.year}〕1号"
    assert signed.signed_digest == opinion_digest(signed)
    assert str(row) in Event.objects.get(kind="sign_opinion").text


def test_opinions_and_answers_of_a_bureau_share_one_run_without_gap(world: World) -> None:
    first = sign_opinion(world.gaj_leader, opinion=sent(world))
    with pytest.raises(WrongStage):
        sign_opinion(world.gaj_leader, opinion=first)  # a second time takes no number
    back = sent(world, case="006")
    return_opinion(world.gaj_leader, opinion=back, comment="请补充")
    assert serials(world) == [1]
    second = sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=back.assignment))
    assert serials(world) == [1, 2]
    assert next_document_number(world.gaj, opinion=sent(world, case="007")).serial == 3
    assert second.document_number.endswith("〕2号")


def test_each_word_and_each_year_has_a_run_of_its_own(world: World, clock_at: Callable[[date], None]) -> None:
    given = [next_document_number(world.gaj, opinion=sent(world))]
    Bureau.objects.filter(pk=world.gaj.pk).update(document_word="新公函")
    given.append(next_document_number(world.gaj, opinion=sent(world, case="006")))
    clock_at(date(2031, 1, 1))
    given += [next_document_number(world.gaj, opinion=sent(world, case=case)) for case in ("007", "008")]
    assert [(row.word, row.serial) for row in given[1:]] == [("新公函", 1), ("新公函", 1), ("新公函", 2)]
    assert given[0].serial == 1
    assert [given[2].year, given[3].year] == [2031, 2031]
    kept = [DocumentNumber.objects.get(pk=row.pk) for row in given]
    assert [list(vars(row).values())[1:] for row in kept] == [_columns_of(row) for row in given]


def _columns_of(row: DocumentNumber) -> list[object]:
    return [getattr(row, field.attname) for field in DocumentNumber._meta.concrete_fields]


def test_a_letter_on_paper_keeps_its_own_number_and_takes_none(world: World) -> None:
    signed = sign_opinion(world.gaj_leader, opinion=sent(world, "公局办〔2026〕7号"))
    assert signed.document_number == "公局办〔2026〕7号"
    assert serials(world) == []


REGISTERED = (
    *("{}〔2026〕7号", "{} [2026]7号", "{}【2026】006号", "{}2026年6号", "{}〔2026年〕第7号", "{}（２０２６） 7 号"),
    *("{}[2026]", "{}第7号", "{}〈2026〉7号"),
)
NO_NUMBERS = (
    "<b>x</b>",
    "见附件",
    "7号",
    "公局办2026年6号",
    "公局办〔26〕7号",
    "公局办〔2026〕号",
    "公局办〔2026〕7号<i>",
)


@pytest.mark.parametrize("shape", REGISTERED)
def test_a_number_of_the_register_cannot_be_typed(world: World, client: Client, shape: str) -> None:
    number = shape.format(word_of(world))
    share = share_of(assigned(world), world.gaj)
    with pytest.raises(InvalidInput, match="签发时编"):
        save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT, document_number=number)
    client.force_login(world.gaj_clerk)
    typed = {"version": 0, "document_number": number, "body": TEXT}
    page = client.post(reverse("opinion-edit", args=[share.pk]), typed)
    assert page.status_code == 400
    assert TEXT in page.content.decode()
    assert "data-unsaved" in page.content.decode()


@pytest.mark.parametrize("typed", ["盘公", "公局办〔2026〕", "{}〔2026〕5号"])
def test_half_a_number_does_not_keep_the_text_from_being_saved(world: World, client: Client, typed: str) -> None:
    typed = typed.format(word_of(world))
    share = share_of(assigned(world), world.gaj)
    client.force_login(world.gaj_clerk)
    url = reverse("opinion-autosave", args=[share.pk])
    data = {"version": 0, "document_number": typed, "heading": "公安", "body": TEXT}
    first = client.post(url, data)
    assert (first.status_code, first.json()["version"]) == (200, 1)
    assert first.json()["message"].startswith("发文字号没有保存：")
    opinion = CoHandlerOpinion.objects.get()
    assert (opinion.heading, opinion.body, opinion.document_number) == ("公安", TEXT, "")
    whole = client.post(url, data | {"version": 1, "document_number": "公局办〔2026〕7号"})
    assert "message" not in whole.json()
    again = client.post(url, data | {"version": whole.json()["version"], "body": f"{TEXT}改"})
    assert "message" in again.json()
    opinion.refresh_from_db()
    assert (opinion.body, opinion.document_number) == (f"{TEXT}改", "公局办〔2026〕7号")


@pytest.mark.parametrize("shape", ["{}〔2026〕5号", "{}【2026】005号"])
def test_a_number_of_the_register_of_another_bureau_cannot_be_typed(world: World, shape: str) -> None:
    word = Bureau.objects.get(pk=world.sfj.pk).document_word
    with pytest.raises(InvalidInput, match="签发时编"):
        sent(world, shape.format(word))


def test_a_number_of_a_word_that_was_registered_once_cannot_be_typed(world: World) -> None:
    signed = sign_opinion(world.gaj_leader, opinion=sent(world))
    Bureau.objects.filter(pk=world.gaj.pk).update(document_word="盘警函")
    with pytest.raises(InvalidInput, match="签发时编"):
        sent(world, signed.document_number.replace("1号", "2号"), case="006")


@pytest.mark.parametrize("typed", NO_NUMBERS)
def test_what_is_no_document_number_is_refused_at_its_field(world: World, client: Client, typed: str) -> None:
    share = share_of(assigned(world), world.gaj)
    client.force_login(world.gaj_clerk)
    data = {"version": 0, "document_number": typed, "body": TEXT}
    page = client.post(reverse("opinion-edit", args=[share.pk]), data)
    assert page.status_code == 400
    assert "不像发文字号" in page.context["form"].errors["document_number"][0]
    assert TEXT in page.content.decode()
    assert not CoHandlerOpinion.objects.exists()


@pytest.mark.parametrize("typed", ["公局办〔2026〕7号", "盘公函办【2026】 007 号", "公局（法）[2026]第7号"])
def test_other_numbers_of_paper_are_taken_as_they_are_typed(world: World, typed: str) -> None:
    assert sent(world, typed).document_number == typed


def test_one_typed_before_numbers_were_given_stays(world: World) -> None:
    share = share_of(assigned(world), world.gaj)
    old = f"{word_of(world)}〔2026〕7号"
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body="旧稿。")
    CoHandlerOpinion.objects.update(document_number=old)
    save_opinion(world.gaj_clerk, assignment=share, version=1, heading="", body=TEXT, document_number=old)
    signed = sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=share))
    assert signed.document_number == old


def test_a_bureau_without_its_word_is_told_before_the_leader_is_asked(world: World, client: Client) -> None:
    Bureau.objects.filter(pk=world.gaj.pk).update(document_word="")
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, version=0, heading="", body=TEXT)
    client.force_login(world.gaj_clerk)
    refused = client.post(reverse("opinion-submit", args=[share.pk]), {"version": 1})
    assert refused.status_code == 400
    assert "没有登记机关代字" in refused.content.decode()
    assert CoHandlerOpinion.objects.get().state == "drafting"
    save_opinion(world.gaj_clerk, assignment=share, version=1, heading="", body=TEXT, document_number="公办〔2026〕7号")
    assert submit_opinion(world.gaj_clerk, assignment=share).state == "signing"


def test_without_a_signature_there_is_no_number(world: World) -> None:
    HandlingRule.objects.create(session=world.session, opinion_signed=False)
    opinion = sent(world)
    assert (opinion.state, opinion.document_number) == ("submitted", "")
    assert serials(world) == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("公局办(2026)7号", "公局办〔2026〕7号"),
        ("公局办［２０２６年］ 7 号", "公局办〔2026〕7号"),
        ("盘公函（法）〔2026〕7号", "盘公函（法）〔2026〕7号"),
        ("", ""),
    ],
)
def test_a_typed_number_is_printed_as_the_standard_has_it(world: World, typed: str, printed: str) -> None:
    opinion = sent(world, typed)
    assert opinion_letter(opinion, world.sfj).number == printed


def test_the_title_says_the_matter_once(world: World) -> None:
    opinion = sent(world)
    opinion.assignment.proposal.title = "关于整治河道违规捕捞的建议"
    assert opinion.title.endswith("关于整治河道违规捕捞（第005号）提案的会办意见")
