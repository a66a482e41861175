"""How alike two Chinese texts are: the share of the runs of three characters they have in common (TECH section 6)."""

from __future__ import annotations

import re

from panjin_portal.lib.bigrams import fold

WARN_FROM = 0.35  # unrelated texts of this kind reach 0.28
LENGTH = 3
PASSAGE_FROM = 0.6
SHORTEST_PASSAGE = 8
_SAID = re.compile(r"[\W_]+")
_SENTENCE = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]?")

Grams = frozenset[str]


def grams_of(text: str) -> Grams:
    """The runs of three letters or characters of ``text``; blanks and punctuation count for nothing."""
    said = _SAID.sub("", fold(text))
    return frozenset(said[at : at + LENGTH] for at in range(len(said) - LENGTH + 1))


def likeness(one: Grams, other: Grams) -> float:
    """Jaccard: 0 for nothing in common, 1 for the same; 0 where there is nothing to compare."""
    return len(one & other) / len(one | other) if one and other else 0.0


def share_found(part: Grams, whole: Grams) -> float:
    """Which share of ``part`` stands in ``whole``."""
    return len(part & whole) / len(part) if part else 0.0


def matching_passages(text: str, mine: Grams, *, most: int) -> list[str]:
    """The sentences of ``text`` that say what ``mine`` says, the closest first."""
    found: dict[str, float] = {}
    for sentence in (match[0].strip() for match in _SENTENCE.finditer(text)):
        if len(sentence) >= SHORTEST_PASSAGE and (share := share_found(grams_of(sentence), mine)) >= PASSAGE_FROM:
            found.setdefault(sentence, share)
    return sorted(found, key=lambda sentence: -found[sentence])[:most]
