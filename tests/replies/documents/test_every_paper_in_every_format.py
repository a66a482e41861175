"""Whatever is kept as a file, the reply, its public copy, a second answer and an opinion, can be had as PDF, DOCX and
OFD in letter and in document format, and each file says what its letter says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from proposals.models import Bureau, Session
from replies.documents.formats import Format
from replies.documents.letter import Letter, from_dict
from replies.documents.pdf import Pdf
from replies.models import FollowUp, Promise, RenderedDocument
from replies.services import rendering
from replies.services.follow_ups import sign_follow_up
from replies.services.promises import keep_promise
from replies.services.rendering import make_format, render_document
from tests.documents.docx_parts import read_docx
from tests.documents.ofd_pages import Ofd, read_text
from tests.documents.samples import expected_text, printed_text
from tests.factories import Stage, case_in
from tests.replies.cases import quick_pdf
from tests.replies.following.stages import PROMISING
from tests.world import World

pytestmark = pytest.mark.django_db
READ: dict[str, Callable[[bytes], str]] = {
    Format.PDF: lambda content: printed_text(Pdf(content, pages=0, engine="")),
    Format.DOCX: read_docx,
    Format.OFD: lambda content: read_text(Ofd(content)),
}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(params=Bureau.LetterForm.values)
def form(request: pytest.FixtureRequest, world: World) -> str:
    """All bureaus write in this form, with the answer matrix annexed."""
    Bureau.objects.update(letter_form=request.param)
    Session.objects.update(matrix_in_letter=True, matrix_in_public=True)
    for name in ("sfj", "gaj", "scj", "session"):
        getattr(world, name).refresh_from_db()
    return str(request.param)


@pytest.fixture
def rows(world: World, form: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, RenderedDocument]:
    """One row of each kind, out of one case on its way to the public; none has a real file yet."""
    with monkeypatch.context() as quick:
        quick.setattr(rendering, "render_in_process", quick_pdf)
        case_in(world, Stage.RELEASING, script=PROMISING)
        promise = Promise.objects.filter(bureau=world.sfj).earliest("id")
        keep_promise(world.sfj_clerk, promise=promise, evidence="九个园区全部纳入。", text="联合检查已覆盖全部园区。")
        sign_follow_up(world.sfj_leader, follow_up=FollowUp.objects.get())
    RenderedDocument.objects.update(state="queued", finished_at=None)
    return {str(row.kind): row for row in RenderedDocument.objects.order_by("-pk")}


def made(world: World, row: RenderedDocument, kind: Format) -> RenderedDocument:
    document = make_format(world.sfj_clerk, document=row, file_format=kind)
    assert render_document(document.pk)
    document.refresh_from_db()
    assert (document.state, document.error, document.format) == ("ready", "", kind)
    assert document.kind == row.kind
    return document


def test_every_kind_of_paper_can_be_had_in_every_format_and_says_the_same(
    world: World, form: str, rows: dict[str, RenderedDocument], real_typesetter: None
) -> None:
    assert set(rows) == set(RenderedDocument.Kind.values)
    for row in rows.values():
        letter: Letter = from_dict(row.letter)
        assert letter.form == form
        files = {kind: made(world, row, kind) for kind in Format}
        for kind, document in files.items():
            with document.file.open() as file:
                assert READ[kind](file.read()) == expected_text(letter), f"{row.kind} as {kind}"
        assert len({document.pages for document in files.values()}) == 1


def test_reply_and_public_copy_have_the_matrix_as_their_table_and_the_others_none(
    form: str, rows: dict[str, RenderedDocument]
) -> None:
    tabled = {kind for kind, row in rows.items() for annex in from_dict(row.letter).annexes if annex.tables}
    assert tabled == {"letter", "public_copy"}
