"""The text of a co-handler's opinion on a page: as its letter prints it, or as it will stand in the reply."""

from __future__ import annotations

from dataclasses import replace

from replies.models import CoHandlerOpinion
from replies.services.drafting import fold_deeper
from replies.services.opinion_letter import opinion_letter, sections_of_opinion
from replies.structure.outline import Scheme, deepest_level, number
from replies.views.reading import Line, readable


def lines_in_letter(opinion: CoHandlerOpinion, *, whole: bool) -> list[Line]:
    """The lines its letter prints, numbered as they were typed. ``whole``: with the opening and closing paragraphs;
    without them where no letter is made of it."""
    letter = readable(opinion_letter(opinion, None))
    if not whole:
        return list(letter.lines)
    return [*map(Line, letter.opening), *letter.lines, *map(Line, letter.closing)]


def lines_in_draft(opinion: CoHandlerOpinion) -> list[Line]:
    """As it will read in the reply, whose outline is numbered anew."""
    outline = number(fold_deeper(sections_of_opinion(opinion), deepest_level(Scheme.FULL)), Scheme.FULL)
    return list(readable(replace(opinion_letter(opinion, None), body=outline)).lines)
