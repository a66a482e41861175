"""The form is the session's; it comes from the person himself, on paper with its scan, or by a link good for once."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from panjin_portal.logs import WithoutTokens
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import FeedbackField, Post, Proposer, Role
from replies.models import Feedback, RatingLink, Reply
from replies.services.feedback import Rating, enter_paper_rating, questions_for, rate_reply
from replies.services.issuing import issue_reply
from replies.services.rating_links import (
    LinkOver,
    hash_of,
    mail_waiting_links,
    rate_by_link,
    send_link,
    token_of,
)
from tests.replies.cases import issued_reply, signed_reply
from tests.world import World, appoint

GOOD = Rating("satisfied", "fairly")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def scan(name: str = "征询意见表.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def linked(world: World) -> tuple[Reply, RatingLink, str]:
    """An issued reply whose proposer has an address and no account, with the link that was made for him."""
    Post.objects.filter(proposer=world.minjian).delete()
    Proposer.objects.filter(pk=world.minjian.pk).update(email="minjian@panjin.example")
    reply = issue_reply(world.sfj_clerk, reply=signed_reply(world))
    link = RatingLink.objects.get()
    return reply, link, token_of(link.salt)


# ---- the form of the session


def test_the_form_asks_what_the_session_has_configured_and_of_organisations_one_question_more(world: World) -> None:
    reply = issued_reply(world)
    of_party = [one.code for one in questions_for(reply.proposal, world.minjian)]
    assert of_party == ["visit", "contact", "relevance", "leader", "agreement"]
    assert "leader" not in [one.code for one in questions_for(reply.proposal, world.member)]


def test_a_configured_question_is_demanded_checked_and_kept_with_its_words(world: World) -> None:
    reply = issued_reply(world)
    FeedbackField.objects.filter(code="visit").update(is_required=True)
    with pytest.raises(InvalidInput) as refused:
        rate_reply(world.minjian_contact, reply=reply, rating=Rating("satisfied", "satisfied", "", {"leader": "也许"}))
    assert set(refused.value.errors) == {"ask_visit", "ask_leader"}
    given = rate_reply(
        world.minjian_contact, reply=reply, rating=Rating("satisfied", "satisfied", "", {"visit": "已走访"})
    )
    assert given.answers == [{"code": "visit", "label": "走访情况", "value": "已走访"}]


def test_the_page_shows_the_questions(world: World, client: Client) -> None:
    client.force_login(world.minjian_contact)
    page = client.get(reverse("reply-rate", args=[issued_reply(world).pk])).content.decode()
    assert "是否由分管领导答复" in page
    assert "提案者提出不需要走访" in page


# ---- by the person himself


def test_no_account_of_a_bureau_can_rate_whatever_the_way(world: World) -> None:
    reply, _, _ = linked(world)
    for person in (world.sfj_clerk, world.sfj_leader, world.gaj_clerk):
        with pytest.raises(NotAllowed):
            rate_reply(person, reply=reply, rating=GOOD)
        with pytest.raises(NotAllowed):
            enter_paper_rating(person, reply=reply, proposer=world.minjian, rating=GOOD, scan=scan())
        with pytest.raises(NotAllowed):
            send_link(person, reply=reply, proposer=world.minjian)
    appoint(world.office_staff, Role.CLERK, bureau=world.sfj)
    with pytest.raises(NotAllowed, match="承办单位任职"):
        enter_paper_rating(world.office_staff, reply=reply, proposer=world.minjian, rating=GOOD, scan=scan())
    assert not Feedback.objects.exists()


# ---- on paper


def test_a_paper_form_is_kept_with_its_scan_and_marked(world: World, client: Client) -> None:
    reply = issued_reply(world)
    given = enter_paper_rating(world.committee_staff, reply=reply, proposer=world.minjian, rating=GOOD, scan=scan())
    assert (given.source, given.given_by, given.scan_name) == ("paper", world.committee_staff, "征询意见表.pdf")
    address = reverse("rating-scan", args=[given.pk])
    for person, status in ((world.office_staff, 200), (world.minjian_contact, 200), (world.other_member_user, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(world.office_staff)
    page = client.get(reverse("proposal-detail", args=[reply.proposal_id]), {"tab": "rating"}).content.decode()
    assert "代录" in page
    with pytest.raises(WrongStage):
        rate_reply(world.minjian_contact, reply=reply, rating=GOOD)


def test_a_paper_form_needs_a_scan_that_is_one(world: World, client: Client) -> None:
    reply = issued_reply(world)
    with pytest.raises(InvalidInput) as refused:
        enter_paper_rating(
            world.committee_staff, reply=reply, proposer=world.minjian, rating=GOOD, scan=scan("x.pdf", b"MZ")
        )
    assert "scan" in refused.value.errors
    client.force_login(world.committee_staff)
    address = reverse("rating-paper", args=[reply.pk])
    sent = {"proposer": world.minjian.pk, "attitude": "satisfied", "result": "fairly"}
    assert client.post(address, sent).status_code == 400
    assert client.post(address, {**sent, "scan": scan()}).status_code == 302


# ---- by link


def test_issue_makes_a_link_for_who_has_no_account_and_the_table_knows_only_its_hash(world: World) -> None:
    _, link, token = linked(world)
    assert link.token_hash == hash_of(token)
    assert token not in str(RatingLink.objects.values())
    assert len(token) == 19


def test_a_code_typed_from_the_paper_opens_the_form(world: World, client: Client) -> None:
    _, _, token = linked(world)
    assert client.get(f"/rate/{token.replace('-', '').upper()}/").status_code == 200
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert client.get(f"/rate/{other}/").status_code == 404


def test_a_link_mailed_before_there_were_codes_opens_the_form(world: World, client: Client) -> None:
    _, link, _ = linked(world)
    salt = "a" * 32
    RatingLink.objects.filter(pk=link.pk).update(salt=salt, token_hash=hash_of(token_of(salt)))
    assert len(token_of(salt)) == 43
    assert client.get(f"/rate/{token_of(salt)}/").status_code == 200


def test_who_has_an_account_or_no_address_gets_none(world: World) -> None:
    Proposer.objects.filter(pk=world.minjian.pk).update(email="minjian@panjin.example")
    issued_reply(world)
    assert not RatingLink.objects.exists()


def test_the_mail_goes_out_once_and_again_after_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, token = linked(world)
    mail.outbox.clear()
    assert mail_waiting_links() == 1
    assert mail_waiting_links() == 0
    assert [message.to for message in mail.outbox] == [["minjian@panjin.example"]]
    assert f"/rate/{token}/" in str(mail.outbox[0].body)


def test_looking_at_the_form_changes_nothing_and_the_answer_is_for_nobody_else(world: World, client: Client) -> None:
    reply, link, token = linked(world)
    address = reverse("rating-link", args=[token])
    for _ in range(3):
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    link.refresh_from_db()
    assert link.used_at is None
    assert not Feedback.objects.filter(reply=reply).exists()


def test_the_link_takes_one_rating_of_the_one_it_was_made_for(world: World, client: Client) -> None:
    reply, _, token = linked(world)
    address = reverse("rating-link", args=[token])
    wrong = client.post(address, {"attitude": "fairly", "result": "dissatisfied"})
    assert wrong.status_code == 400  # a fault does not use it up
    assert client.post(address, {"attitude": "fairly", "result": "satisfied"}).status_code == 200
    given = Feedback.objects.get()
    assert (given.reply, given.proposer, given.source, given.given_by) == (reply, world.minjian, "link", None)
    assert client.get(address).status_code == 410
    assert client.post(address, {"attitude": "fairly", "result": "satisfied"}).status_code == 410
    assert Feedback.objects.count() == 1


def test_a_link_that_ran_out_or_was_replaced_opens_nothing(world: World, client: Client) -> None:
    reply, _, token = linked(world)
    newer = send_link(world.committee_staff, reply=reply, proposer=world.minjian)
    assert client.get(reverse("rating-link", args=[token])).status_code == 410
    fresh = reverse("rating-link", args=[token_of(newer.salt)])
    assert client.get(fresh).status_code == 200
    with clock.at(now() + timedelta(days=world.session.rating_link_days + 1)):
        assert client.get(fresh).status_code == 410
        with pytest.raises(LinkOver):
            rate_by_link(token_of(newer.salt), rating=GOOD)
    assert client.get(reverse("rating-link", args=["x" * 43])).status_code == 404


def test_a_rating_on_paper_ends_the_link(world: World) -> None:
    reply, _, token = linked(world)
    enter_paper_rating(world.committee_staff, reply=reply, proposer=world.minjian, rating=GOOD, scan=scan())
    with pytest.raises(LinkOver):
        rate_by_link(token, rating=GOOD)


def test_the_log_never_says_a_token(world: World, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    token = "k" * 43
    caplog.handler.addFilter(WithoutTokens())
    with caplog.at_level(logging.DEBUG):
        assert client.get(f"/rate/{token}/").status_code == 404
        client.get(f"/rate/{token}")
        logging.getLogger("django.request").warning("Not Found: %s", f"/rate/{token}/")
    assert token not in caplog.text
    assert "/rate/…" in caplog.text


def test_the_mail_names_the_day_in_shanghai(world: World) -> None:
    _, link, _ = linked(world)
    RatingLink.objects.filter(pk=link.pk).update(
        expires_at=datetime(2099, 12, 26, 17, tzinfo=UTC), mailed_at=None, attempts=0, next_try_at=now()
    )
    mail.outbox.clear()
    mail_waiting_links()
    assert "2099-12-27前有效" in str(mail.outbox[0].body)
