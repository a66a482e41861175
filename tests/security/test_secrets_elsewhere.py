"""Planted words in what is not a page of the portal: files, mails, error pages, the log."""

from __future__ import annotations

import io
import logging
from datetime import timedelta
from unittest.mock import patch

import pdfplumber
import pytest
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import transaction
from django.http import Http404
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import OutgoingMail
from proposals.services.reminding import remind
from replies.documents.letter import from_dict
from replies.documents.process import render_in_process
from replies.models import Publication, Reply
from replies.services.notices_on_paper import assignment_notice
from replies.services.sheets import approval_sheet
from tests.permissions.city import CONTACT_PHONE, MOMENT, PROPOSER_PHONE, USER_PHONE, City
from tests.permissions.matrix import PEOPLE
from tests.security.crawling import MARK
from tests.security.test_nothing_leaks import WALKERS, allowed
from tests.world import PASSWORD

# The city wraps all of them in one transaction.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("secrets")]

SECRET = "暗记secret在此止 13900001111"
INTERNAL = {"comment", "release", "rating", "file"}


def text_and_properties(content: bytes) -> str:
    """What stands on the pages of a PDF, and in its properties."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return "".join(page.extract_text() or "" for page in pdf.pages).replace("\n", "") + str(pdf.metadata)


def test_the_public_file_holds_neither_contact_nor_comment_nor_another_case(city: City) -> None:
    publication = Publication.objects.get(state="published")
    assert publication.letter is not None
    text = text_and_properties(render_in_process(from_dict(publication.letter)).content)

    assert {stage for _, stage in MARK.findall(text)} == {"PUBLISHED"}
    assert not {kind for kind, _ in MARK.findall(text)} & INTERNAL
    for number in (CONTACT_PHONE, PROPOSER_PHONE, USER_PHONE, CONTACT_PHONE.partition("-")[2]):
        assert number not in text
    assert not [name for name in ("司文清", "何审言", "林小满") if name in text]


def test_the_letter_to_the_proposer_holds_the_contact_and_no_comment(city: City) -> None:
    document = Reply.objects.get(proposal=city.cases["ISSUED"].proposal).documents.get(kind="letter")
    text = text_and_properties(render_in_process(from_dict(document.letter)).content)

    assert {stage for _, stage in MARK.findall(text)} == {"ISSUED"}
    assert not {kind for kind, _ in MARK.findall(text)} & INTERNAL
    assert CONTACT_PHONE in text
    assert PROPOSER_PHONE not in text
    assert USER_PHONE not in text


def test_a_mail_says_nothing_its_reader_may_not_know(city: City) -> None:
    columns = {getattr(city.world, name).pk: column for column, name in PEOPLE.items() if column in WALKERS and name}
    with transaction.atomic(), clock.at(MOMENT + timedelta(days=102)):
        remind()
        mails = list(OutgoingMail.objects.all())
        transaction.set_rollback(True)

    assert {columns.get(mail.recipient_id) for mail in mails} >= {"C1", "H1", "P"}
    for mail in mails:
        text = f"{mail.subject} {mail.body}"
        assert not [number for number in (CONTACT_PHONE, PROPOSER_PHONE, USER_PHONE) if number in text]
        if mail.recipient_id in columns:
            assert set(MARK.findall(text)) <= allowed(columns[mail.recipient_id]), columns[mail.recipient_id]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError(SECRET), 500),
        (KeyError(SECRET), 500),
        (SuspiciousOperation(SECRET), 400),
        (BadRequest(SECRET), 400),
        (Http404(SECRET), 404),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
@pytest.mark.parametrize("column", ["C1", "--"])
def test_an_error_page_tells_nothing_of_the_error(city: City, column: str, error: Exception, status: int) -> None:
    city.client.raise_request_exception = False
    try:
        with (
            patch("replies.views.public.Publication", side_effect=error),
            patch("replies.views.public.render", side_effect=error),
        ):
            response = city.ask(column, reverse("public-list"), "GET", {"words": SECRET})
    finally:
        city.client.raise_request_exception = True

    assert response.status_code == status
    assert "暗记" not in response.content.decode() + str(dict(response.items()))
    assert "13900001111" not in response.content.decode()
    assert "Traceback" not in response.content.decode()
    assert '<html lang="zh-CN">' in response.content.decode()


def test_the_log_of_refusals_names_addresses_only(city: City, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    draft = city.address("proposal-edit", "DRAFT") or ""
    city.ask("P", draft, "POST", {"title": SECRET, "background": SECRET})
    city.ask("X", draft, "POST", {"title": SECRET})
    city.ask("--", draft, "POST", {"title": SECRET})
    city.ask("C1", reverse("proposal-list"), "GET", {"words": SECRET})
    city.ask("C1", reverse("admin:index"), "GET", {"q": SECRET})
    for password in ("wrong-" + SECRET, PASSWORD):
        city.ask("--", reverse("login"), "POST", {"username": "sfj_clerk", "password": password})
    city.ask("P", reverse("password-change"), "POST", {"old_password": SECRET, "new_password1": SECRET})

    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]

    assert lines
    for line in lines:
        assert "暗记" not in line, line
        assert "1390000" not in line, line
        assert PASSWORD not in line, line
        assert not [name for name in ("sfj_clerk", "司文清", *city.sessions.values()) if name in line], line


def test_headers_carry_no_word_of_a_case(city: City) -> None:
    """Names of files aside, which are for whoever may have the file."""
    for stage in ("DRAFT", "DRAFTING", "PUBLISHED"):
        for page, who in (("proposal-detail", "P"), ("reply-detail", "C1"), ("public-page", "--")):
            url = city.address(page, stage)
            if url:
                headers = str(dict(city.ask(who, url).items()))
                assert not MARK.search(headers), headers
                assert "%E6%9A%97%E8%AE%B0" not in headers


def test_a_sheet_holds_what_was_said_in_clearance_and_no_paper_holds_another_case(city: City) -> None:
    reply = Reply.objects.get(proposal=city.cases["ISSUED"].proposal)
    sheet = text_and_properties(render_in_process(approval_sheet(reply)).content)
    notice = text_and_properties(render_in_process(assignment_notice(reply.proposal)).content)

    assert "暗记comment在" in sheet  # its stage stands on the next line of the cell
    assert {stage for _, stage in MARK.findall(sheet + notice)} == {"ISSUED"}
    assert not {kind for kind, _ in MARK.findall(notice)} & INTERNAL
    for number in (PROPOSER_PHONE, USER_PHONE):
        assert number not in sheet + notice
