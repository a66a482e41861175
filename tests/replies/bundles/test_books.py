"""提案及答复汇编 and 提案摘要汇编: which cases are in them, in which order, for whose eyes; and a killed worker."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pdfplumber
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from proposals.errors import NotAllowed
from proposals.models import Proposal, User
from replies.documents.book.structure import ABSTRACTS, REPLIES, Book, BookDataError, entries_of
from replies.documents.book.volumes import here, make_files
from replies.management.commands import export_book
from replies.management.writing import write_file
from replies.models import Bundle, Publication, Reply
from replies.permissions import visible_replies
from replies.services import books
from replies.services.book_cases import MERGED, NO_NUMBER, NOT_PUBLIC, UNANSWERED
from replies.services.books import PUBLIC, Wanted, book_of
from replies.services.bundle_work import stored_names
from replies.services.bundling import ask_for_bundle, make_bundle
from replies.workflow import ReplyState
from tests.documents.samples import squeezed
from tests.factories import Stage, case_in
from tests.replies.cases import accepted_case
from tests.world import World

QUERIES = 14  # of a chunk, whatever the number of its cases


def gathered(user: User, kind: str = REPLIES, by: str = "topic", **more: bool) -> tuple[Book, list[tuple[str, str]]]:
    cases = Proposal.objects.exclude(state="draft")
    session = cases[0].session
    return book_of(cases, visible_replies(user), Wanted(kind, by, session, **more))


def asked(actor: User, kind: str = "book", formats: Sequence[str] = ("pdf", "docx"), **more: str) -> Bundle:
    cases = Proposal.objects.values_list("pk", flat=True)
    return ask_for_bundle(actor, kind=kind, formats=formats, cases=cases, **{"key": "form", **more})


def text_of(bundle: Bundle, file_format: str = "pdf") -> str:
    with bundle.files.get(format=file_format).file.open("rb") as stored:
        content = stored.read()
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return squeezed("".join(page.extract_text() for page in pdf.pages))


def test_the_book_holds_each_issued_answer_by_numbers_without_contact(world: World, issued: list[Reply]) -> None:
    texts = {"background": "走访了十二家企业。", "analysis": "检查多。", "suggestions": "1.少查。\n2.联查。"}
    Proposal.objects.filter(pk=issued[0].proposal_id).update(**texts)
    book, left_out = gathered(world.committee_staff)
    assert [entry.number for entry in entries_of(book)] == ["第005号", "第006号", "第007号"]
    first = next(entries_of(book))
    assert first.answers[0].contact_person == first.answers[0].contact_phone == ""
    assert first.answers[0].copies == ()
    assert first.bureaus == (world.sfj.name,)
    assert first.proposers
    assert [part.heading for part in first.parts] == ["背景情况", "问题分析", "具体建议"]
    assert first.parts[2].paragraphs == ("1.少查。", "2.联查。")
    assert left_out == []
    assert book.subject == "市政协九届一次会议"
    assert book.issuer == world.committee.name


def test_signed_letters_that_have_not_left_the_house_are_not_in_it(world: World, replies: list[Reply]) -> None:
    with pytest.raises(BookDataError) as refused:
        gathered(world.committee_staff)
    assert UNANSWERED in refused.value.message


def test_cases_left_out_are_named_with_the_reason(world: World, issued: list[Reply]) -> None:
    accepted_case(world, value="099")
    merged = issued[2].proposal
    Proposal.objects.filter(pk=merged.pk).update(state="merged", merged_into=issued[0].proposal)
    book, left_out = gathered(world.committee_staff)
    assert sorted(left_out) == [("九届一次会议第007号", MERGED), ("九届一次会议第099号", UNANSWERED)]
    first = next(entries_of(book))
    assert first.merged[0].startswith("第007号《")
    assert first.joined


def test_chapters_follow_topic_or_bureau(world: World, issued: list[Reply]) -> None:
    Proposal.objects.filter(pk=issued[1].proposal_id).update(topic=None)
    by_topic, _ = gathered(world.committee_staff, by="topic")
    assert [chapter.title for chapter in by_topic.chapters][-1] == "其他"
    by_bureau, _ = gathered(world.committee_staff, by="bureau")
    assert [chapter.title for chapter in by_bureau.chapters] == [world.sfj.name]
    by_number, _ = gathered(world.committee_staff, by="number")
    assert [chapter.title for chapter in by_number.chapters] == ["九届一次会议提案"]


def test_what_is_not_public_is_marked_inside_and_absent_outside(world: World, issued: list[Reply]) -> None:
    Proposal.objects.filter(pk=issued[0].proposal_id).update(publicity_consent=False, publicity_reason="其他")
    book, _ = gathered(world.committee_staff)
    assert [entry.closed for entry in entries_of(book)] == [True, False, False]
    with pytest.raises(BookDataError) as refused:  # none of them is published
        gathered(world.committee_staff, is_public=True)
    assert NOT_PUBLIC in refused.value.message


def test_a_public_edition_holds_the_published_text(world: World) -> None:
    case = case_in(world, Stage.PUBLISHED)
    book, _ = gathered(world.committee_staff, is_public=True)
    (entry,) = entries_of(book)
    published = Publication.objects.get(proposal=case.proposal)
    assert entry.answers[0].title == (published.letter or {})["title"]
    assert "公开" in book.edition


def test_the_book_of_abstracts_comes_before_any_answer(world: World) -> None:
    case = accepted_case(world, value="099").proposal
    Proposal.objects.filter(pk=case.pk).update(background="走访了十二家企业。")
    case.suggested_bureaus.add(world.gaj)
    book, _ = gathered(world.committee_staff, ABSTRACTS)
    (entry,) = entries_of(book)
    assert entry.answers == ()
    assert entry.bureaus == (world.gaj.name,)
    assert [(part.heading, part.paragraphs) for part in entry.parts] == [("摘要", ("走访了十二家企业。",))]


def test_a_case_without_a_number_is_in_no_book(world: World) -> None:
    case_in(world, Stage.SUBMITTED)
    with pytest.raises(BookDataError) as refused:
        gathered(world.committee_staff, ABSTRACTS)
    assert NO_NUMBER in refused.value.message


@pytest.mark.parametrize("kind", [REPLIES, ABSTRACTS])
def test_queries_do_not_grow_with_the_cases(world: World, issued: list[Reply], kind: str) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            gathered(world.committee_staff, kind)
        return len(queries)

    count()  # what is asked once in a process
    three = count()
    Reply.objects.filter(pk=issued[0].pk).update(state=ReplyState.SIGNED)
    assert count() == three <= QUERIES


def test_both_files_are_made_in_a_child_process_and_kept(world: World, issued: list[Reply]) -> None:
    bundle = asked(world.committee_staff, grouping="bureau")
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    assert bundle.done == bundle.total == 9  # three read, and made twice
    assert [(file.format, file.number, file.first_page) for file in bundle.files.order_by("format")] == [
        ("docx", 1, 1),
        ("pdf", 1, 1),
    ]
    assert bundle.files.get(format="pdf").name == "市政协九届一次会议提案及答复汇编.pdf"
    text = text_of(bundle)
    assert all(word in text for word in ("这是第006号的话。", "提案者索引", "目录", world.sfj.name))


def test_the_abstracts_are_made_too(world: World, issued: list[Reply], quick: None) -> None:
    Proposal.objects.filter(pk=issued[0].proposal_id).update(registered_at=now())
    bundle = asked(world.committee_staff, "abstracts", ("pdf",))
    assert make_bundle(bundle.pk)
    text = text_of(bundle)
    assert "提案摘要汇编" in text
    assert f"收入的提案，立案日期截至{long_date(today())}" in text


def test_a_public_edition_asked_for_in_the_portal_holds_what_is_public_alone(world: World, quick: None) -> None:
    published = case_in(world, Stage.PUBLISHED)
    inside = case_in(world, Stage.ISSUED)
    bundle = asked(world.committee_staff, "public_book", ("pdf",))
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    assert "公开版" in bundle.title
    assert bundle.files.get().name == "市政协九届一次会议提案及答复汇编（公开版）.pdf"
    assert [case for case, _ in bundle.left_out] == [f"{inside.proposal.session.name}{inside.proposal.label}"]
    text = text_of(bundle)
    assert squeezed(PUBLIC) in text
    assert published.proposal.label in text
    signed = Reply.objects.get(proposal=published.proposal).signed_on
    assert signed is not None
    assert f"收入的答复，成文日期截至{long_date(signed)}" in text
    assert inside.proposal.label not in text

    Publication.objects.update(state="unpublished", unpublish_reason="撤下")
    again = asked(world.committee_staff, "public_book", ("pdf",), key="again")
    assert make_bundle(again.pk)
    again.refresh_from_db()
    assert again.state == "failed"
    assert NOT_PUBLIC in again.error


def test_the_public_edition_is_offered_to_the_offices_alone(client: Client, world: World, issued: list[Reply]) -> None:
    client.force_login(world.committee_staff)
    page = client.get(f"{reverse('bundle-new')}?session={world.session.pk}").content.decode()
    assert 'value="public_book"' in page
    assert "只收入已经公开的答复" in page
    client.force_login(world.sfj_clerk)
    page = client.get(f"{reverse('bundle-new')}?session={world.session.pk}").content.decode()
    assert "public_book" not in page
    assert "公开版" not in page
    with pytest.raises(NotAllowed):
        asked(world.sfj_clerk, "public_book")


def test_a_bureau_gets_no_book(world: World, issued: list[Reply]) -> None:
    with pytest.raises(NotAllowed):
        asked(world.sfj_clerk)


def test_an_empty_book_says_why(world: World, replies: list[Reply], quick: None) -> None:
    bundle = asked(world.committee_staff)
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "failed"
    assert UNANSWERED in bundle.error


def killed_after_first_volume(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies when it has stored one file; its lease is given back."""
    stored = books._store

    def die(*arguments: object) -> None:
        stored(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(books, "_store", die)
        with pytest.raises(KeyboardInterrupt):
            make_bundle(bundle.pk)
    Bundle.objects.filter(pk=bundle.pk).update(lease_until=now() - timedelta(seconds=1))


def small_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    real = make_files
    monkeypatch.setattr(books, "make_files", lambda book, **how: real(book, most_pages=3, **how))


def test_a_killed_worker_loses_one_volume(
    world: World, issued: list[Reply], quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_volumes(monkeypatch)
    bundle = asked(world.committee_staff, formats=("pdf",))
    killed_after_first_volume(bundle, monkeypatch)
    (before,) = bundle.files.all()
    assert make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    files = list(bundle.files.order_by("number"))
    assert len(files) > 1
    assert before in files
    names = {Path(name).name for name in stored_names(bundle.pk)}
    assert names == {Path(file.file.name or "").name for file in files}  # the note of the pages is gone
    assert [file.number for file in files] == list(range(1, len(files) + 1))
    assert all(one.first_page < other.first_page for one, other in pairwise(files))


def test_a_text_that_changed_meanwhile_is_set_anew(
    world: World, issued: list[Reply], quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_volumes(monkeypatch)
    bundle = asked(world.committee_staff, formats=("pdf",))
    killed_after_first_volume(bundle, monkeypatch)
    (before,) = bundle.files.all()
    Proposal.objects.filter(pk__in=bundle.selection).update(background="听取了新的意见。")
    assert make_bundle(bundle.pk)
    assert not bundle.files.filter(sha256=before.sha256).exists()


def test_the_command_writes_the_book_of_a_session(world: World, issued: list[Reply], tmp_path: Path) -> None:
    said = io.StringIO()
    for kind in ("pdf", "docx"):
        out = tmp_path / f"book.{kind}"
        call_command("export_book", "9-1", "--by", "bureau", "--format", kind, "--out", str(out), stdout=said)
        assert out.read_bytes()[:2] == (b"%P" if kind == "pdf" else b"PK")
    assert "3 件" in said.getvalue()


def export_in_small_volumes(out: Path, *options: str) -> str:
    """What the command says."""
    said = io.StringIO()
    call_command("export_book", "9-1", "--out", str(out), *options, stdout=said)
    return said.getvalue()


@pytest.fixture
def broken_off(issued: list[Reply], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A book of several volumes of which the command had written one when it was stopped."""
    real, write = make_files, write_file
    monkeypatch.setattr(export_book, "make_files", lambda book, **how: real(book, most_pages=3, **how))
    monkeypatch.setattr(export_book, "in_process", lambda book, **limits: here(book))
    out = tmp_path / "book.pdf"

    def stopped(path: Path, content: bytes) -> None:
        write(path, content)
        if path.suffix == ".pdf":
            raise KeyboardInterrupt

    with monkeypatch.context() as context:
        context.setattr(export_book, "write_file", stopped)
        with pytest.raises(KeyboardInterrupt):
            export_in_small_volumes(out)
    return out


def test_the_command_keeps_the_volumes_it_had_written(broken_off: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept,) = broken_off.parent.glob("*.pdf")
    before = kept.stat().st_mtime_ns
    said = export_in_small_volumes(broken_off, "--resume")
    assert f"已有 {kept}" in said
    assert f"已导出 {kept}" not in said
    assert kept.stat().st_mtime_ns == before
    made = sorted(path.name for path in broken_off.parent.iterdir())
    assert len(made) > 1
    assert all(name.endswith(".pdf") for name in made)  # the note beside them is gone
    whole = broken_off.parent / "whole"
    whole.mkdir()
    export_in_small_volumes(whole / "book.pdf")
    for path in whole.iterdir():
        assert page_texts(path) == page_texts(broken_off.parent / path.name)


def page_texts(path: Path) -> list[str]:
    with pdfplumber.open(path) as pdf:
        return [squeezed(page.extract_text()) for page in pdf.pages]


@pytest.mark.parametrize("what", ["altered", "text", "nothing"])
def test_the_command_makes_anew_what_is_not_of_this_book_or_is_altered(broken_off: Path, what: str) -> None:
    (kept,) = broken_off.parent.glob("*.pdf")
    if what == "altered":
        kept.write_bytes(b"%PDF-half")
    elif what == "text":
        Proposal.objects.update(background="听取了新的意见。")
    said = export_in_small_volumes(broken_off, *(() if what == "nothing" else ("--resume",)))
    assert f"已导出 {kept}" in said
    assert "已有" not in said


@pytest.mark.parametrize("session", ["8-1", "九届一次会议"])
def test_the_command_knows_only_sessions_there_are(world: World, session: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export_book", session, "--out", str(tmp_path / "book.pdf"))
    assert refused.value.returncode == 2


def test_a_working_paper_has_no_public_edition(world: World, tmp_path: Path) -> None:
    accepted_case(world, value="099")
    out = tmp_path / "book.pdf"
    with pytest.raises(CommandError) as refused:
        call_command("export_book", "9-1", "--kind", "abstracts", "--public", "--out", str(out))
    assert refused.value.returncode == 1
    assert str(refused.value) == "提案摘要汇编是会前的内部材料，没有公开版。"
    assert not out.exists()
