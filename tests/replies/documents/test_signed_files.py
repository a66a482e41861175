"""A configured key signs every issued PDF; what cannot be signed is not made, and the start says why."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.core.management import CommandError, call_command

from replies.documents.letter import from_dict
from replies.documents.process import render_in_process
from replies.models import RenderedDocument
from replies.services.exporting import ExportFormat, export_reply
from replies.services.rendering import make_format, render_document
from replies.services.stored_files import verify_files
from tests.documents.certificates import PASSPHRASE, YEAR, status_of, write_pkcs12
from tests.documents.samples import expected_text, printed_text
from tests.replies.cases import signed_reply
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def configured(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.SIGN_PKCS12 = tmp_path / "seal.p12"
    settings.SIGN_PASSPHRASE = PASSPHRASE
    settings.SIGN_TSA_URL = ""


def ours() -> list[Any]:
    return [one for one in checks.run_checks() if str(one.id).startswith("replies.")]


def test_the_issued_pdf_is_signed_and_its_text_and_digest_are_as_before(
    world: World, settings: Any, real_typesetter: None
) -> None:
    trusted = write_pkcs12(settings.SIGN_PKCS12)
    reply = signed_reply(world)
    document = reply.documents.get()
    content = document.file.read()
    assert status_of(content, trusted).bottom_line
    assert f"PAdES B-B {trusted.sha256.hex()[:12]}" in document.engine
    assert document.letter_digest == reply.signed_digest
    assert document.size == len(content)
    assert export_reply(reply, ExportFormat.PDF) == content
    report = verify_files()
    assert (report.faults, report.checked) == ([], 1)
    letter = from_dict(document.letter)
    made = render_in_process(letter)
    assert content.startswith(made.content)
    assert printed_text(made) == expected_text(letter)


def test_a_file_stored_before_there_was_a_key_is_given_with_a_word_and_signed_when_asked(
    world: World, settings: Any, tmp_path: Path, real_typesetter: None
) -> None:
    key, settings.SIGN_PKCS12 = settings.SIGN_PKCS12, None
    reply = signed_reply(world)
    stored = reply.documents.get().file.read()
    out, told = tmp_path / "letter.pdf", io.StringIO()

    def export(*options: str) -> bytes:
        told.seek(told.truncate(0))
        call_command("export_reply", str(reply.pk), "--out", str(out), *options, stdout=io.StringIO(), stderr=told)
        return out.read_bytes()

    assert (export(), told.getvalue()) == (stored, "")
    with pytest.raises(CommandError, match="SIGN_PKCS12"):
        export("--sign")
    settings.SIGN_PKCS12 = key
    trusted = write_pkcs12(key)
    assert export() == stored
    assert "没有数字签名" in told.getvalue()
    assert "--sign" in told.getvalue()
    signed = export("--sign")
    assert status_of(signed, trusted).bottom_line
    assert told.getvalue() == ""
    assert reply.documents.get().file.read() == stored
    export("--format", "txt")
    assert told.getvalue() == ""
    with pytest.raises(CommandError, match="PDF"):
        export("--sign", "--format", "docx")


def test_other_kinds_of_file_carry_none(world: World, settings: Any, real_typesetter: None) -> None:
    write_pkcs12(settings.SIGN_PKCS12)
    row = make_format(world.sfj_clerk, document=signed_reply(world).documents.get(), file_format="docx")
    render_document(row.pk)
    row.refresh_from_db()
    assert row.state == "ready"
    assert "PAdES" not in row.engine


def test_without_a_key_nothing_is_signed(world: World, settings: Any) -> None:
    settings.SIGN_PKCS12 = None
    document = signed_reply(world).documents.get()
    assert b"/ByteRange" not in document.file.read()
    assert "PAdES" not in document.engine
    assert ours() == []


@pytest.mark.parametrize("fault", ["expired", "passphrase", "gone"])
def test_what_cannot_be_signed_fails_with_the_reason_and_leaves_no_file(
    world: World, settings: Any, fault: str
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    if fault == "expired":
        write_pkcs12(settings.SIGN_PKCS12, since=yesterday - YEAR, until=yesterday)
    elif fault == "passphrase":
        write_pkcs12(settings.SIGN_PKCS12)
    settings.SIGN_PASSPHRASE = "another" if fault == "passphrase" else PASSPHRASE
    document = signed_reply(world, is_rendered=False).documents.get()
    assert render_document(document.pk)
    document.refresh_from_db()
    said = {"expired": "过期", "passphrase": "口令不对", "gone": "文件不在"}[fault]
    assert (document.state, document.file.name) == ("failed", "")
    assert said in document.error
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.pdf"))
    assert RenderedDocument.objects.filter(state="ready").count() == 0

    (told,) = ours()
    assert said in told.msg
    assert isinstance(told, checks.Warning if fault == "expired" else checks.Error)


def test_the_start_warns_a_month_before_the_certificate_ends(settings: Any) -> None:
    write_pkcs12(settings.SIGN_PKCS12, until=datetime.now(UTC) + timedelta(days=20))
    (told,) = ours()
    assert told.id == "replies.W002"
    write_pkcs12(settings.SIGN_PKCS12)
    assert ours() == []
