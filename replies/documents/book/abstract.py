"""The abstract of a proposal for the book before the session (pure): the author's own words, cut at a sentence's end.

There is no field for it, and nobody's text is reworded: background, analysis and requests are what a proposal has.
"""

import re

from replies.documents.book.structure import Part

HEADING, REQUESTS = "摘要", "建议"
MOST, MOST_OF_A_REQUEST = 160, 60
CUT = "……"
_SENTENCE = re.compile(r".*?(?:[。！？；!?;]+[”’」』）)]*|$)", re.DOTALL)


def abstract_of(background: str, analysis: str, suggestions: str, requests: tuple[str, ...]) -> tuple[Part, ...]:
    """What the book prints of a text: the beginning of its background (or of what there is), and its requests one by
    one, numbered; without any, the beginning of the suggestions instead. Nothing for a case without text."""
    first = next((text for text in (background, analysis) if text.strip()), "")
    found = [Part(heading=HEADING, paragraphs=(excerpt(first, MOST),))] if first else []
    lines = tuple(f"{place}. {excerpt(text, MOST_OF_A_REQUEST)}" for place, text in enumerate(requests, start=1))
    if not lines and suggestions.strip():
        lines = (excerpt(suggestions, MOST),)
    return (*found, Part(heading=REQUESTS, paragraphs=lines)) if lines else tuple(found)


def excerpt(text: str, most: int) -> str:
    """`text` on one line when it is no longer than `most` characters, else its first whole sentences that are; a first
    sentence that is longer is cut. What was cut shows."""
    whole = "".join(line.strip() for line in text.splitlines())
    if len(whole) <= most:
        return whole
    kept = ""
    for found in _SENTENCE.finditer(whole):
        if len(kept) + len(found.group()) > most:
            break
        kept += found.group()
    return (kept or whole[:most]) + CUT
