"""Files are shown and handed out only to those who may read the reply."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import User
from replies.models import RenderedDocument
from tests.replies.cases import issued_reply, signed_reply
from tests.world import World


def get(user: User | None, name: str, pk: int, query: str = "", **headers: str):  # type: ignore[no-untyped-def]
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(reverse(name, args=[pk]) + query, headers=headers)


def test_a_waiting_file_shows_progress_with_a_reload_link(world: World) -> None:
    document = signed_reply(world, is_rendered=False).documents.get()
    page = get(world.sfj_clerk, "document-detail", document.pk).content.decode()
    assert "data-poll=" in page
    assert "data-done" not in page
    assert "刷新" in page


def test_the_script_learns_that_the_file_is_ready(world: World) -> None:
    document = signed_reply(world, is_rendered=False).documents.get()
    asked = re.search(r'data-poll="([^"]+)"', get(world.sfj_clerk, "document-detail", document.pk).content.decode())
    assert asked
    RenderedDocument.objects.update(state="ready", file="letters/x.pdf", sha256="0" * 64)
    client = Client()
    client.force_login(world.sfj_clerk)
    answer = client.get(asked[1], headers={"X-Polled": "1"}).content.decode()
    assert "data-poll=" in answer
    assert "data-done" in answer
    assert f'href="{reverse("document-detail", args=[document.pk])}"' in answer


def test_a_failed_file_shows_why_and_offers_a_retry(world: World) -> None:
    document = signed_reply(world, is_rendered=False).documents.get()
    RenderedDocument.objects.update(state="failed", error="磁盘空间不足")
    page = get(world.sfj_clerk, "document-detail", document.pk).content.decode()
    assert "磁盘空间不足" in page
    assert reverse("document-retry", args=[document.pk]) in page
    client = Client()
    client.force_login(world.sfj_clerk)
    assert client.get(reverse("document-retry", args=[document.pk])).status_code == 200
    assert client.post(reverse("document-retry", args=[document.pk])).status_code == 302
    assert client.post(reverse("document-retry", args=[document.pk])).status_code == 409


def test_a_ready_file_is_shown_in_the_page(world: World) -> None:
    document = signed_reply(world).documents.get()
    page = get(world.sfj_clerk, "document-detail", document.pk).content.decode()
    assert "<iframe" in page
    assert document.sha256 in page


def test_the_file_comes_with_its_chinese_name_and_may_stand_only_in_our_frames(world: World) -> None:
    document = signed_reply(world).documents.get()
    answer = get(world.sfj_clerk, "document-file", document.pk)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('inline; filename="document-')
    assert "; filename*=utf-8''%E5%AF%B9" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["ETag"] == f'"{document.sha256}"'
    download = get(world.sfj_clerk, "document-file", document.pk, "?download=1")
    assert download["Content-Disposition"].startswith("attachment;")


def test_an_unchanged_file_is_not_sent_again_and_keeps_its_frame_rule(world: World) -> None:
    document = signed_reply(world).documents.get()
    answer = get(world.sfj_clerk, "document-file", document.pk, if_none_match=f'"{document.sha256}"')
    assert answer.status_code == 304
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]


def test_a_file_that_was_altered_on_disk_is_not_served(world: World) -> None:
    document = signed_reply(world).documents.get()
    with open(document.file.path, "ab") as handle:  # noqa: PTH123
        handle.write(b"x")
    assert get(world.sfj_clerk, "document-file", document.pk).status_code == 409


@pytest.mark.parametrize("name", ["document-detail", "document-file"])
def test_a_signed_letter_is_for_the_bureaus_and_the_offices_until_it_is_issued(world: World, name: str) -> None:
    document = signed_reply(world).documents.get()
    for insider in (world.sfj_clerk, world.sfj_clerk_colleague, world.gaj_clerk, world.office_staff):
        assert get(insider, name, document.pk).status_code == 200
    for stranger in (world.minjian_contact, world.scj_clerk, world.nobody, world.other_member_user):
        assert get(stranger, name, document.pk).status_code == 404
    assert get(None, name, document.pk).status_code == 302


def test_an_issued_letter_is_for_its_proposer_too(world: World) -> None:
    document = issued_reply(world).documents.get()
    assert get(world.minjian_contact, "document-file", document.pk).status_code == 200
    assert get(world.other_member_user, "document-file", document.pk).status_code == 404
