"""PDF, DOCX and OFD are made in one way: same guard, same child process, same bytes here and there."""

import subprocess
import sys
from pathlib import Path

import pytest

from replies.documents.docx import write_docx
from replies.documents.formats import MEDIA_TYPES, Format
from replies.documents.layout import template_data
from replies.documents.pdf import MissingGlyph, render, render_pdf
from replies.documents.process import RenderingFailed, render_in_process
from tests.documents.samples import letter, plain_body

TOP = Path(__file__).resolve().parents[2]
OTHERS = (Format.DOCX, Format.OFD)


@pytest.mark.parametrize("kind", list(Format))
def test_the_child_process_gives_the_bytes_of_this_one(kind: Format) -> None:
    here = render(letter(), kind)
    assert render_in_process(letter(), kind=kind, seconds=60) == here
    assert render(letter(), kind) == here
    assert here.pages == render_pdf(letter()).pages


def test_the_record_says_what_made_the_file() -> None:
    engine = render_pdf(letter()).engine
    assert render(letter(), Format.PDF).engine == engine
    assert render(letter(), Format.DOCX).engine == f"docx 3 + {engine}"
    ofd = render(letter(), Format.OFD).engine
    assert ofd.startswith("ofd 2 + fontTools ")
    assert ofd.endswith(engine)
    assert len(ofd) <= 120  # the column


@pytest.mark.parametrize("kind", OTHERS)
def test_a_character_no_font_has_stops_every_format_with_its_name_and_place(kind: Format) -> None:
    source = letter(addressee="𰻝委员", closing=("感谢您，𰻞。",))
    for way in (render, lambda one, kind: render_in_process(one, kind=kind, seconds=60)):
        with pytest.raises(MissingGlyph) as refused:
            way(source, kind)
        assert refused.value.characters == ("𰻝", "𰻞")
        assert "主送“𰻝委员”" in refused.value.message
        assert "结束语“感谢您，𰻞。”" in refused.value.message


@pytest.mark.parametrize("kind", OTHERS)
def test_what_takes_too_long_is_stopped_with_a_clear_line(kind: Format) -> None:
    with pytest.raises(RenderingFailed, match="排版超过"):
        render_in_process(letter(body=plain_body(4000)), kind=kind, seconds=0.05)


def test_too_little_memory_gives_a_clear_line() -> None:
    with pytest.raises(RenderingFailed, match="内存"):
        render_in_process(letter(body=plain_body(200)), kind=Format.OFD, seconds=60, megabytes=150)


def test_the_docx_is_that_of_the_layout() -> None:
    assert render(letter(), Format.DOCX).content == write_docx(template_data(letter()))


def test_every_format_has_its_media_type() -> None:
    assert set(MEDIA_TYPES) == set(Format)
    assert len(set(MEDIA_TYPES.values())) == len(Format)


def test_no_writer_loads_django_or_the_portal_and_a_pdf_loads_no_other_writer() -> None:
    code = (
        "import sys; import replies.documents.worker, replies.documents.making; "
        "slow = [m for m in sys.modules if m.split('.')[0] in ('pdfminer', 'fontTools', 'lxml')]; "
        "import replies.documents.docx, replies.documents.ofd, replies.documents.html; "
        "print(slow, [m for m in sys.modules if m.split('.')[0] in ('django', 'celery', 'panjin_portal')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"
