"""Rendering repeats byte for byte, and a child process holds it to time and memory."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from replies.documents.pdf import MissingGlyph, render_pdf
from replies.documents.process import RenderingFailed, render_in_process
from tests.documents.samples import letter, plain_body

TOP = Path(__file__).resolve().parents[2]


def test_the_same_letter_gives_the_same_bytes_here_again_and_in_another_process() -> None:
    here = render_pdf(letter())
    render_pdf(letter(title="另一份答复"))
    assert render_pdf(letter()).content == here.content
    assert render_in_process(letter(), seconds=60, megabytes=1024) == here


def test_another_date_gives_another_file() -> None:
    assert render_pdf(letter(signed_on=date(2022, 8, 19))).content != render_pdf(letter()).content


def test_a_draft_without_date_repeats_too() -> None:
    draft = letter(signed_on=None)
    assert render_pdf(draft).content == render_in_process(draft, seconds=60, megabytes=1024).content


def test_the_engine_is_named_with_fingerprints_of_its_fonts_and_templates() -> None:
    engine, fonts, templates = render_pdf(letter()).engine.split(" + ")
    assert re.fullmatch(r"typst \d+\.\d+\.\d+", engine)
    assert re.fullmatch(r"fonts [0-9a-f]{12}", fonts)
    assert re.fullmatch(r"templates [0-9a-f]{8}", templates)


def test_a_rendering_that_takes_too_long_is_stopped_with_a_clear_line() -> None:
    with pytest.raises(RenderingFailed, match="排版超过"):
        render_in_process(letter(body=plain_body(4000)), seconds=0.05, megabytes=1024)


@pytest.mark.parametrize("megabytes", [64, 128, 160])
def test_too_little_memory_gives_a_clear_line_or_the_right_file_and_never_a_wrong_one(megabytes: int) -> None:
    source = letter(contact_person="祎赟")
    outcome: bytes | str
    try:
        outcome = render_in_process(source, seconds=60, megabytes=megabytes).content
    except RenderingFailed as failed:
        outcome = failed.message
    assert outcome == render_pdf(source).content or "内存" in str(outcome)


def test_a_letter_too_large_for_the_memory_is_stopped_with_a_clear_line() -> None:
    with pytest.raises(RenderingFailed, match="内存"):
        render_in_process(letter(body=plain_body(12000)), seconds=60, megabytes=300)


def test_a_missing_glyph_is_told_from_the_child_process_too() -> None:
    with pytest.raises(MissingGlyph, match="主送“𰻝委员”"):
        render_in_process(letter(addressee="𰻝委员"), seconds=60, megabytes=1024)


def test_the_child_process_loads_neither_django_nor_the_portal() -> None:
    code = (
        "import sys; import replies.documents.worker, replies.documents.engine; "
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'celery', 'panjin_portal')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
