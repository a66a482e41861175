"""A text is typeset once in a run, by the real child; what differs in any way is typeset for itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from replies.documents import process
from replies.documents.formats import Format
from replies.documents.pdf import MissingGlyph
from replies.documents.process import render_in_process
from tests import kept_files
from tests.documents.samples import letter


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """What the real child was asked for."""
    monkeypatch.setenv("PORTAL_TEST_ROOT", str(tmp_path))
    real, found = kept_files._asked, []

    def ask(work: Any, *limits: Any) -> tuple[dict[str, Any], bytes]:
        found.append(work)
        return real(work, *limits)

    monkeypatch.setattr(kept_files, "_asked", ask)
    return found


def test_the_second_time_the_kept_file_is_given(asked: list[Any]) -> None:
    first, second = render_in_process(letter()), render_in_process(letter())
    assert first == second
    assert first.content.startswith(b"%PDF")
    assert len(asked) == 1
    assert process.ask_worker is kept_files.ask_once


def test_another_text_another_format_or_other_limits_are_typeset(asked: list[Any]) -> None:
    files = {
        render_in_process(letter()).content,
        render_in_process(replace(letter(), contact_person="王小文")).content,
        render_in_process(letter(), kind=Format.DOCX).content,
    }
    assert len(files) == len(asked) == 3
    render_in_process(letter(), megabytes=900)
    assert len(asked) == 4


def test_a_refusal_is_found_each_time(asked: list[Any]) -> None:
    for _ in range(2):
        with pytest.raises(MissingGlyph):
            render_in_process(replace(letter(), contact_person="\U0001f600"))
    assert len(asked) == 2
