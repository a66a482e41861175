"""PDF/A-3a for archives: the signed structure is in the file, and its hash is the digest that was signed."""

from __future__ import annotations

import hashlib
import io
import json

import pikepdf

from replies.documents.archival import FILE_NAME, Archival
from replies.documents.letter import Letter, digest, from_dict
from replies.documents.pdf import render_pdf
from replies.documents.process import render_in_process
from tests.documents.generated import generated
from tests.documents.samples import letter, printed_text


def attached(content: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


def check(source: Letter) -> None:
    (name, held), *others = attached(render_pdf(Archival(source)).content).items()
    assert (name, others) == (FILE_NAME, [])
    assert hashlib.sha256(held).hexdigest() == digest(source)
    assert from_dict(json.loads(held)) == source


def test_the_attachment_has_the_digest_of_the_letter_and_is_the_letter() -> None:
    for source in (letter(), letter(sealed=True), *map(generated, range(6))):
        check(source)


def test_it_says_that_it_is_the_source_and_belongs_to_the_whole_document() -> None:
    with pikepdf.open(io.BytesIO(render_pdf(Archival(letter())).content)) as pdf:
        (spec,) = pdf.Root.AF
        assert spec.AFRelationship == "/Source"
        assert spec.UF == FILE_NAME
        assert spec.EF.F.Subtype == "/application/json"
        assert "签发的公文数据" in str(spec.Desc)


def test_the_same_letter_gives_the_same_bytes_here_and_in_a_process() -> None:
    here = render_pdf(Archival(letter(body=()))).content
    assert render_pdf(Archival(letter(body=()))).content == here
    assert render_in_process(Archival(letter(body=()))).content == here


def test_pages_are_those_of_the_letter_and_a_letter_by_itself_carries_nothing() -> None:
    alone = render_pdf(letter())
    assert printed_text(render_pdf(Archival(letter()))) == printed_text(alone)
    assert attached(alone.content) == {}
