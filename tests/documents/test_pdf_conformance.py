"""PDF/A-2a and PDF/UA-1, rule by rule over every form (`pdf_rules`); typst itself refuses to write what breaks one."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf

from replies.documents.archival import Archival
from replies.documents.letter import Letter
from replies.documents.pades import SigningKey, sign_pdf
from replies.documents.pdf import render_pdf
from replies.documents.shared import DOCUMENT_FORM
from tests.documents.certificates import PASSPHRASE, write_pkcs12
from tests.documents.forms import FORMS
from tests.documents.generated import generated
from tests.documents.pdf_rules import faults
from tests.documents.samples import letter

SIGNERS = ("盘锦市司法局", "盘锦市公安局", "盘锦市生态环境局", "盘锦市财政局")


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_keeps_the_rules(name: str) -> None:
    assert faults(render_pdf(FORMS[name]).content) == []


@pytest.mark.parametrize("seed", range(12))
def test_letters_of_every_shape_keep_the_rules(seed: int) -> None:
    assert faults(render_pdf(generated(seed)).content) == []


@pytest.mark.parametrize(
    "source",
    [letter(sealed=True), letter(sealed=True, signers=SIGNERS), letter(sealed=True, form=DOCUMENT_FORM)],
    ids=["one seal", "joint", "document"],
)
def test_the_seal_version_keeps_the_rules(source: Letter) -> None:
    assert faults(render_pdf(source).content) == []


def test_a_signed_file_keeps_the_rules(tmp_path: Path) -> None:
    write_pkcs12(tmp_path / "seal.p12")
    key = SigningKey(tmp_path / "seal.p12", PASSPHRASE)
    assert faults(sign_pdf(render_pdf(letter()).content, key, moment=datetime.now(UTC))[0]) == []


@pytest.mark.parametrize("name", sorted(name for name, form in FORMS.items() if isinstance(form, Letter)))
def test_a_letter_with_its_source_keeps_the_rules_of_part_three(name: str) -> None:
    form = FORMS[name]
    assert isinstance(form, Letter)
    assert faults(render_pdf(Archival(form)).content, part="3") == []


def test_an_attachment_is_no_part_two() -> None:
    assert "a file is attached" in faults(render_pdf(Archival(letter())).content)


def _no_unicode(pdf: Pdf) -> None:
    del next(o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/Subtype") == "/Type0")["/ToUnicode"]


def _loose_text(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 10 10 re f")


def _no_title_shown(pdf: Pdf) -> None:
    del pdf.Root["/ViewerPreferences"]


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name("/JavaScript"), JS="1"))


def _no_language(pdf: Pdf) -> None:
    del pdf.Root["/Lang"]


def _no_profile(pdf: Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _jump(pdf: Pdf) -> None:
    next(o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/S") == "/H1").S = Name("/H4")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_no_unicode, "ToUnicode"),
        (_loose_text, "belongs to nothing"),
        (_no_title_shown, "title is not shown"),
        (_script, "OpenAction"),
        (_no_language, "no language"),
        (_no_profile, "output intent"),
        (_jump, "follows a heading"),
    ],
)
def test_the_rules_see_what_is_wrong(spoil: Callable[[Pdf], None], said: str) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(render_pdf(letter()).content)) as pdf:
        spoil(pdf)
        pdf.save(target)
    assert any(said in fault for fault in faults(target.getvalue()))
