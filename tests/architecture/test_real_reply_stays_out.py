"""The published reply is real input beside the repository; none of its sentences is copied into it."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.architecture.test_sizes_and_places import committed

LONGEST = 30
TEXT_FILES = (".py", ".html", ".txt", ".md", ".json", ".yml", ".toml", ".css", ".js", ".typ", ".csv")
SENTENCE = re.compile(r"[^。；！？\n]*[。；！？]")  # titles and names of offices end without one of these, and are free
BLANKS = re.compile(r"\s+")


def sentences(text: str) -> str:
    """What of a text is whole sentences, one a line, without blanks inside."""
    return "\n".join(BLANKS.sub("", sentence) for sentence in SENTENCE.findall(text))


def runs(text: str, size: int = LONGEST) -> set[str]:
    """All runs of ``size`` characters within one line."""
    lines = [BLANKS.sub("", line) for line in text.splitlines()]
    return {line[start : start + size] for line in lines for start in range(len(line) - size + 1)}


@pytest.mark.real_reply
def test_no_sentence_of_the_published_reply_is_in_the_repository(real_reply: Path) -> None:
    source = runs(sentences(real_reply.read_text(encoding="utf-8")))
    copied = [
        path
        for path in committed()
        if path.endswith(TEXT_FILES) and source & runs((ROOT / path).read_text(encoding="utf-8"))
    ]

    assert len(source) > 1000, "the reply was not understood"
    assert copied == []
