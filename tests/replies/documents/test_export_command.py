"""``export_reply`` writes a reply in any of five formats, and an unsigned one only as a marked draft."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command

from replies.documents.letter import from_dict, plain_text
from replies.models import Reply
from replies.services import exporting
from replies.services.exporting import DRAFT_MARK
from tests.documents.ofd_pages import Ofd, read_text
from tests.documents.samples import expected_text, squeezed
from tests.documents.test_source_in_the_pdf import attached
from tests.factories import Stage, case_in
from tests.replies.cases import signed_reply
from tests.world import World


def export(reply: Reply, out: Path, *options: str) -> bytes:
    call_command("export_reply", str(reply.pk), "--out", str(out), *options, stdout=io.StringIO())
    return out.read_bytes()


def unsigned(world: World) -> Reply:
    reply = case_in(world, Stage.DRAFTING).reply
    assert not reply.signed_letter
    return reply


def test_each_format_holds_the_signed_words(world: World, tmp_path: Path, real_typesetter: None) -> None:
    reply = signed_reply(world, is_rendered=False)
    letter = from_dict(reply.signed_letter or {})
    out = tmp_path / "letter"
    assert export(reply, out, "--format", "txt").decode() == f"{plain_text(letter)}\n"
    assert export(reply, out, "--format", "pdf").startswith(b"%PDF-")
    document = docx.Document(io.BytesIO(export(reply, out, "--format", "docx")))
    assert squeezed("".join(one.text for one in document.paragraphs)) == expected_text(letter)
    assert read_text(Ofd(export(reply, out, "--format", "ofd"))) == expected_text(letter)
    assert f"<title>{letter.title}</title>" in export(reply, out, "--format", "html").decode()


def test_a_stored_file_is_taken_as_it_is(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reply = signed_reply(world)
    monkeypatch.delattr(exporting, "render_in_process")
    with reply.documents.get().file.open("rb") as stored:
        assert export(reply, tmp_path / "letter.pdf") == stored.read()


def test_an_unsigned_reply_is_refused_with_exit_code_2(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"还没有签发.*--draft") as refused:
        export(unsigned(world), tmp_path / "letter.pdf")
    assert refused.value.returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_draft_is_marked_and_has_no_date_in_any_format(world: World, tmp_path: Path, real_typesetter: None) -> None:
    reply, out = unsigned(world), tmp_path / "draft"
    for file_format in ("txt", "html"):
        assert DRAFT_MARK in export(reply, out, "--draft", "--format", file_format).decode()
    document = docx.Document(io.BytesIO(export(reply, out, "--draft", "--format", "docx")))
    assert DRAFT_MARK in "".join(one.text for one in document.paragraphs)
    assert DRAFT_MARK in read_text(Ofd(export(reply, out, "--draft", "--format", "ofd")))


def test_a_signed_reply_is_never_marked_as_a_draft(world: World, tmp_path: Path) -> None:
    assert DRAFT_MARK not in export(signed_reply(world), tmp_path / "a", "--draft", "--format", "txt").decode()


def test_a_text_that_is_not_the_signed_one_is_refused(world: World, tmp_path: Path) -> None:
    reply = signed_reply(world)
    Reply.objects.update(signed_letter={**(reply.signed_letter or {}), "title": "另一个标题"})
    with pytest.raises(CommandError, match="摘要不一致") as refused:
        export(reply, tmp_path / "a", "--format", "txt")
    assert refused.value.returncode == 1


def test_no_such_reply_and_no_such_folder_have_their_codes(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="没有编号为 999 的答复") as nothing:
        call_command("export_reply", "999", "--out", str(tmp_path / "a"))
    assert nothing.value.returncode == 2
    with pytest.raises(CommandError, match="写不了文件") as unwritable:
        export(signed_reply(world), tmp_path / "no" / "folder", "--format", "txt")
    assert unwritable.value.returncode == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "这是文件夹"),
        ("", "这是文件夹"),
        ("/", "这是文件夹"),
        ("no/reply.pdf", "没有这个文件夹"),
        ("x" * 300, "文件名太长"),
    ],
)
def test_a_path_that_can_be_no_file_is_said_in_a_line(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    reply = signed_reply(world)
    with pytest.raises(CommandError, match=why):
        call_command("export_reply", str(reply.pk), "--out", name, "--format", "txt")
    assert list(tmp_path.iterdir()) == []


def test_with_source_the_pdf_carries_what_was_signed(world: World, tmp_path: Path, real_typesetter: None) -> None:
    reply = signed_reply(world, is_rendered=False)
    (held,) = attached(export(reply, tmp_path / "letter.pdf", "--with-source")).values()
    assert hashlib.sha256(held).hexdigest() == reply.signed_digest


def test_only_the_pdf_of_a_signed_reply_can_carry_it(world: World, tmp_path: Path) -> None:
    for reply, options in (
        (signed_reply(world, is_rendered=False), ("--format", "docx")),
        (unsigned(world), ("--draft",)),
    ):
        with pytest.raises(CommandError, match="能附带公文数据") as refused:
            export(reply, tmp_path / "letter", "--with-source", *options)
        assert refused.value.returncode == 2
    assert not list(tmp_path.iterdir())
