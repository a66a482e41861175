"""What a demo case is about, short enough to write forty of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from proposals.models import Proposal
from replies.demo.script import Answer, Entry, Rating, Script


@dataclass(frozen=True)
class Theme:
    """One invented case. ``helpers`` pairs a bureau code with its opinion; ``answers`` pairs a heading with its text,
    the first answers the first ask and so on."""

    title: str
    topic: str
    proposer: str
    lead: str
    background: str
    analysis: str
    asks: tuple[str, ...]
    answers: tuple[tuple[str, str], ...] = ()
    helpers: tuple[tuple[str, str], ...] = ()
    result: str = "A"
    keywords: str = ""
    matrix: tuple[Entry, ...] = ()
    rating: Rating = field(default_factory=Rating)
    elsewhere: str = ""

    def script(self, kind: str = Proposal.Kind.SESSION) -> Script:
        """The texts as a script of a case of ``kind``."""
        return Script(
            title=self.title,
            topic=self.topic,
            kind=kind,
            background=self.background,
            analysis=self.analysis,
            suggestions="\n".join(f"{place}.{ask}" for place, ask in enumerate(self.asks, start=1)),
            answers=tuple(
                Answer(heading, tuple(text.split("\n")), asks=(place,))
                for place, (heading, text) in enumerate(self.answers, start=1)
            ),
            result=self.result,
            matrix=self.matrix,
            keywords=self.keywords,
            rating=self.rating,
            elsewhere=self.elsewhere,
        )
