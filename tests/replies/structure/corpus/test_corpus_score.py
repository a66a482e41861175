"""The reading of the corpus stays as good as it is asked to be, and the score notices when it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from replies.structure.imported import Kind
from tests.replies.structure.corpus.pages import Page, load_pages
from tests.replies.structure.corpus.score import (
    CHARACTERS,
    LEAST_CHARACTERS,
    LEAST_FIELDS,
    LEAST_REFUSALS,
    REFUSALS,
    Score,
    report,
    score_pages,
)


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    return load_pages()


@pytest.fixture(scope="module")
def score(pages: list[Page]) -> Score:
    return score_pages(pages)


def test_the_corpus_holds_all_kinds_of_pages(pages: list[Page]) -> None:
    kinds = [page.gold.get("kind") for page in pages if page.gold["is_reply"]]
    assert len(pages) >= 60
    assert sum(not page.gold["is_reply"] for page in pages) >= 15
    assert kinds.count(Kind.CO_HANDLER_OPINION) >= 4
    assert kinds.count(Kind.SUGGESTION_REPLY) >= 6
    assert {page.gold.get("file", "utf-8") for page in pages} >= {"utf-8", "gb18030", "docx", "docx lists", "pdf"}


def test_nearly_every_field_of_the_corpus_is_read_right(score: Score) -> None:
    assert score.share(*score.fields) >= LEAST_FIELDS, _text(score)


def test_no_character_of_a_letter_of_the_corpus_is_lost(score: Score) -> None:
    assert score.share(CHARACTERS) >= LEAST_CHARACTERS, _text(score)


def test_every_other_paper_of_the_corpus_is_refused(score: Score) -> None:
    assert score.share(REFUSALS) >= LEAST_REFUSALS, _text(score)


def test_the_score_notices_a_wrong_field_a_lost_character_and_a_page_taken_for_a_reply(pages: list[Page]) -> None:
    reply = next(page for page in pages if page.gold["is_reply"] and "file" not in page.gold)
    wrong = replace(reply, gold={**reply.gold, "session": "九十九届九次会议", "letter": [reply.gold["letter"][0]] * 2})
    taken = replace(reply, gold={"is_reply": False})
    score = score_pages([wrong, taken])
    assert {miss.field for miss in score.misses} >= {"session", CHARACTERS, REFUSALS}
    assert not score.good_enough


def _text(score: Score) -> str:
    lines: list[str] = []
    report(score, misses=True, write=lines.append)
    return "\n".join(lines)
