"""A file can be fetched in parts (RFC 9110, section 14), and its Chinese name survives in every browser (RFC 6266)."""

from __future__ import annotations

from urllib.parse import quote, unquote

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from replies.models import RenderedDocument
from replies.views.files import disposition
from tests.replies.cases import issued_reply
from tests.world import World


@pytest.fixture
def letter(world: World) -> RenderedDocument:
    return issued_reply(world).documents.get()


def fetch(world: World, letter: RenderedDocument, method: str = "get", **headers: str) -> HttpResponse:
    client = Client()
    client.force_login(world.sfj_clerk)
    answer: HttpResponse = getattr(client, method)(reverse("document-file", args=[letter.pk]), headers=headers)
    return answer


def test_the_whole_file_says_that_it_can_be_had_in_parts(world: World, letter: RenderedDocument) -> None:
    answer = fetch(world, letter)
    assert (answer.status_code, answer["Accept-Ranges"]) == (200, "bytes")
    assert len(answer.content) == letter.size


def test_the_parts_put_together_are_the_file(world: World, letter: RenderedDocument) -> None:
    whole = fetch(world, letter).content
    first, rest = fetch(world, letter, range="bytes=0-9"), fetch(world, letter, range="bytes=10-")
    assert (first.status_code, rest.status_code) == (206, 206)
    assert first.content + rest.content == whole
    assert first["Content-Range"] == f"bytes 0-9/{letter.size}"
    assert first["Content-Length"] == "10"
    assert first["Content-Type"] == "application/pdf"
    assert first["ETag"] == f'"{letter.sha256}"'
    assert fetch(world, letter, range="bytes=-5").content == whole[-5:]


def test_a_part_outside_the_file_is_refused_with_its_size(world: World, letter: RenderedDocument) -> None:
    answer = fetch(world, letter, range=f"bytes={letter.size}-")
    assert (answer.status_code, answer["Content-Range"], answer.content) == (416, f"bytes */{letter.size}", b"")


def test_a_download_goes_on_only_with_the_file_it_began_with(world: World, letter: RenderedDocument) -> None:
    same = fetch(world, letter, range="bytes=0-9", if_range=f'"{letter.sha256}"')
    other = fetch(world, letter, range="bytes=0-9", if_range='"another"')
    assert (same.status_code, other.status_code) == (206, 200)
    assert len(other.content) == letter.size


def test_several_ranges_and_a_head_request_are_answered_whole(world: World, letter: RenderedDocument) -> None:
    assert fetch(world, letter, range="bytes=0-1,4-5").status_code == 200
    assert fetch(world, letter, "head", range="bytes=0-1").status_code == 200


def test_an_unchanged_file_is_not_sent_in_parts_either(world: World, letter: RenderedDocument) -> None:
    answer = fetch(world, letter, range="bytes=0-1", if_none_match=f'"{letter.sha256}"')
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("name", ["对提案“005”的答复 (公开).pdf", 'a"b\\c;d\r\nX: y.pdf', "赟喆𫖮.ofd", "答复%41.docx"])
def test_any_name_comes_back_from_the_header_and_none_breaks_it(name: str) -> None:
    header = disposition(True, name, "document-7.pdf")
    kind, plain, starred = header.split("; ")
    assert (kind, plain) == ("attachment", 'filename="document-7.pdf"')
    assert starred.isascii()
    assert unquote(starred.removeprefix("filename*=utf-8''")) == name
    assert quote(name, safe="") in header
    assert not {"\r", "\n"} & set(header)
