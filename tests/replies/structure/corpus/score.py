"""Scores the reading of published pages field by field: ``python -m tests.replies.structure.corpus.score [--misses]``.

The pages and their gold lie in ``pages/``; README.md beside this file tells how they are written.
White space and width never count.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from panjin_portal.lib.uploads import UploadRefused
from replies.structure.imported import ImportedReply
from replies.structure.outline import walk
from replies.structure.reading import read_reply
from replies.structure.sources.opening import read_source
from tests.replies.structure.corpus.pages import Page, bare, letter_of, load_pages

LEAST_FIELDS, LEAST_CHARACTERS, LEAST_REFUSALS = 0.98, 1.0, 1.0

# Codes that say something is wrong with the page: a page may only have those its gold names.
EXACT_CODES = frozenset(
    (
        "kind_mixed",
        "number_differs",
        "unclear_signed_on",
        "unclear_created_on",
        "unclear_published_on",
        "missing_number",
        "missing_session",
        "missing_addressee",
        "missing_opening",
        "missing_body",
        "missing_signer",
        "missing_signed_on",
    )
)
_METADATA = (
    "index_number",
    "subject_class",
    "issuing_body",
    "created_on",
    "title",
    "document_number",
    "published_on",
    "keywords",
)
_SINGLE = (
    "kind",
    "title",
    "session",
    "proposal_number",
    "number_in_text",
    "category_number",
    "opening",
    "signed_on",
    "document_number",
    "result_class",
    "lead",
    "publicity",
)
_LISTS = ("addressees", "closing", "signers", "copies", "co_handlers")


@dataclass(frozen=True)
class Miss:
    """One field that came out wrong."""

    page: str
    field: str
    wanted: Any
    got: Any


@dataclass
class Score:
    """Right and total per field, and what was missed."""

    right: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def add(self, page: str, name: str, wanted: Any, got: Any) -> None:
        self.total[name] = self.total.get(name, 0) + 1
        self.right.setdefault(name, 0)
        if wanted == got:
            self.right[name] += 1
        else:
            self.misses.append(Miss(page, name, wanted, got))

    def share(self, *names: str) -> float:
        """The share over the named fields together; 1 when there are none."""
        total = sum(self.total.get(name, 0) for name in names)
        return sum(self.right.get(name, 0) for name in names) / total if total else 1.0

    @property
    def fields(self) -> list[str]:
        """The fields of a reply, without the two measures that stand for themselves."""
        return [name for name in self.total if name not in (CHARACTERS, REFUSALS)]

    @property
    def good_enough(self) -> bool:
        return (
            self.share(*self.fields) >= LEAST_FIELDS
            and self.share(CHARACTERS) >= LEAST_CHARACTERS
            and self.share(REFUSALS) >= LEAST_REFUSALS
        )


CHARACTERS, REFUSALS = "characters kept", "refusals"


def score_pages(pages: Sequence[Page]) -> Score:
    """Read every page and compare it with its gold."""
    score = Score()
    for page in pages:
        try:
            text = read_source(page.raw(), name=page.name).text
        except UploadRefused as refused:
            score.add(page.name, "read", "text", refused.message)
            continue
        reply = read_reply(text)
        if not page.gold["is_reply"]:
            score.add(page.name, REFUSALS, False, reply.is_reply)
            continue
        score.add(page.name, "accepted", True, reply.is_reply)
        for name, wanted, got in _fields(page.gold, reply):
            score.add(page.name, name, wanted, got)
        wanted, kept = letter_of(page, text), bare(reply.body_text())
        # Without a date line the letter has no end that a page would show: what follows may stay or go.
        score.add(page.name, CHARACTERS, wanted, kept[: len(wanted)] if page.gold.get("undated") else kept)
    return score


def _fields(gold: dict[str, Any], reply: ImportedReply) -> Iterator[tuple[str, Any, Any]]:
    got = reply.as_dict() if reply.is_reply else {}
    metadata, wanted_metadata = got.get("metadata", {}), gold.get("metadata", {})
    for name in _METADATA:
        yield f"metadata.{name}", _plain(wanted_metadata.get(name)), _plain(metadata.get(name))
    yield "metadata.breadcrumb", wanted_metadata.get("breadcrumb", []), metadata.get("breadcrumb", [])
    for name in _SINGLE:
        yield name, _plain(gold.get(name)), _plain(got.get(name))
    for name in _LISTS:
        yield name, [_plain(one) for one in gold.get(name, [])], [_plain(one) for one in got.get(name, [])]
    yield "proposal_title", _subject(gold.get("proposal_title")), _subject(got.get("proposal_title"))
    for name in ("person", "phone"):
        contact = got.get("contact", {})
        yield f"contact.{name}", _plain(gold.get("contact", {}).get(name)), _plain(contact.get(name))
    wanted_sections = gold.get("sections", [])
    sections = list(walk(reply.sections))
    yield (
        "sections.headings",
        [[level, marker, _plain(heading), run_in] for level, marker, heading, run_in, _ in wanted_sections],
        [[one.level, one.marker, _plain(one.heading), one.run_in] for one in sections],
    )
    yield (
        "sections.paragraphs",
        [[_plain(line) for line in paragraphs] for *_, paragraphs in wanted_sections],
        [[_plain(line) for line in one.paragraphs] for one in sections],
    )
    codes = {warning.code for warning in reply.warnings}
    wanted_codes = set(gold.get("warnings", []))
    yield "warnings", sorted(wanted_codes), sorted(codes & (EXACT_CODES | wanted_codes))


def _plain(value: Any) -> Any:
    """Values compare without white space and whatever the width of their letters, digits and signs."""
    return bare(unicodedata.normalize("NFKC", value)) if isinstance(value, str) else value


def _subject(title: str | None) -> str | None:
    """A proposal's title with and without its last words …的提案, …的建议 is the same title."""
    if title is None:
        return None
    plain = str(_plain(title))
    for ending in ("提案", "建议"):
        plain = plain.removesuffix(ending)
    return plain.removesuffix("的")


def report(score: Score, *, misses: bool, write: Callable[[str], object] = print) -> None:
    """One line per field, the three shares that decide, and on demand every miss."""
    for name in score.fields:
        write(f"{name:28} {score.right[name]:4}/{score.total[name]:<4} {score.share(name):7.2%}")
    for label, share, least in (
        ("all fields", score.share(*score.fields), LEAST_FIELDS),
        (CHARACTERS, score.share(CHARACTERS), LEAST_CHARACTERS),
        (REFUSALS, score.share(REFUSALS), LEAST_REFUSALS),
    ):
        write(f"{label:28} {share:17.2%}   (at least {least:.0%})")
    if misses:
        for miss in score.misses:
            write(f"{miss.page}: {miss.field}\n    wanted {miss.wanted!r}\n    got    {miss.got!r}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score; 1 when it is below a threshold."""
    parser = argparse.ArgumentParser(description="Score the reading of published pages per field.")
    parser.add_argument("--misses", action="store_true", help="list every field that came out wrong")
    options = parser.parse_args(arguments)
    pages = load_pages()
    score = score_pages(pages)
    print(f"{len(pages)} pages")
    report(score, misses=options.misses)
    return 0 if score.good_enough else 1


if __name__ == "__main__":
    sys.exit(main())
