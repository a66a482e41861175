"""Typesetting with typst. Knows the template and the fonts, neither letters nor Django, so that a child
process can load it alone and fast (see worker.py)."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from replies.documents.fontset import FontSet, load_fonts

TEMPLATES = Path(__file__).parent / "templates"
NAMES = frozenset({"letter", "ruled"})
# Clause 7.3.5.5: when the signature would stand alone, adjust the spacing. Points added between characters.
TRACKING = (0.0, 0.05, -0.05, 0.1, -0.1, 0.15, -0.15, 0.2, -0.2, 0.25, -0.25)
# A last paragraph up to this long may be bound to the signature; a block longer than a page would lose its end.
# Longer ones never need it: each step of the spacing moves their last line.
BINDABLE = 280
_UNSHOWABLE = re.compile(r'the text `?"(.+?)"`? could not be displayed', re.DOTALL)


@dataclass(frozen=True)
class Pdf:
    """A finished file: its bytes, its number of pages, and what made it
    ("typst 0.15.2 + fonts 0123456789ab + templates 01234567"). `tracking`: points added between its characters so that
    the signature is not alone."""

    content: bytes
    pages: int
    engine: str
    tracking: float = 0.0


@dataclass(frozen=True)
class Trial:
    """One attempt: points added to the tracking, last paragraph bound to the signature, copies on their own page."""

    tracking: float = 0.0
    bound: bool = False
    copies_apart: bool = False


@dataclass(frozen=True)
class Facts:
    """What a layout came to: how many pages, on which are the last text, signature and copies (0: none), and by which
    tracking."""

    pages: int
    body: int
    signature: int
    copies: int
    annex: int = 0
    tracking: float = 0.0

    @property
    def signature_has_text(self) -> bool:
        return self.signature == 0 or self.body == 0 or self.signature == self.body

    @property
    def last_text(self) -> int:
        return max(self.signature, self.body, self.annex)

    @property
    def copies_follow(self) -> bool:
        return self.copies == 0 or self.copies == self.last_text


@dataclass(frozen=True)
class Rules:
    """What a form asks of a layout. `even_foot`: the imprint of the document format (版记) stands on the last side of
    the last sheet, which has an even number."""

    even_foot: bool = False

    def accept(self, facts: Facts) -> bool:
        return facts.copies_follow and not (self.even_foot and facts.copies % 2)

    def gives_up(self, facts: Facts) -> bool:
        """Whether spacing cannot help: the text ends on a front side, the imprint belongs on its back."""
        return self.even_foot and facts.copies > 0 and facts.last_text % 2 == 1


RULES = {"letter": Rules(), "document": Rules(even_foot=True)}


class UnshowableText(Exception):
    """No font has a glyph for (a character of) `text`."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(text)


class TypesettingError(Exception):
    """typst refused for a reason of its own; the message is typst's, for the log."""


def typeset(data: Mapping[str, Any], font_dirs: Sequence[Path] = ()) -> Pdf:
    """Set what `layout.template_data` or `ruled.form_data` describes and return its PDF; equal input, equal bytes.

    Raises UnshowableText or TypesettingError.
    """
    fonts = load_fonts(font_dirs)
    letter = json.dumps({**data, "fonts": fonts.families}, ensure_ascii=False)
    day = data["date"]
    try:
        if data["template"] == "letter":
            can_bind = _last_length(data) <= BINDABLE
            compiler, facts = _first_good(letter, fonts, can_bind=can_bind, rules=RULES[data["form"]])
        else:
            compiler, facts = _lay_out(letter, fonts, Trial(), data["template"])
        content = compiler.compile(
            format="pdf",
            # Archivable and tagged; and a character without a glyph is an error (TECH.md 1.2). Only the third part
            # of PDF/A lets a file carry another of any kind.
            pdf_standards=["a-3a" if data.get("attached") else "a-2a", "ua-1"],
            timestamp=datetime(day["year"], day["month"], day["day"], tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise refusal_of(error) from error
    if not isinstance(content, bytes):
        raise TypesettingError("typst returned no single file")
    return Pdf(content=content, pages=facts.pages, engine=signature_of_engine(fonts), tracking=facts.tracking)


def refusal_of(error: typst.TypstError) -> UnshowableText | TypesettingError:
    """What an error of typst means: a text without glyphs, or something of its own."""
    refused = _UNSHOWABLE.findall(str(error.diagnostic))
    return UnshowableText("".join(refused)) if refused else TypesettingError(str(error.diagnostic or error.message))


def signature_of_engine(fonts: FontSet) -> str:
    """Which engine, fonts and templates make a file, for the record beside it."""
    return f"typst {version('typst')} + fonts {fonts.fingerprint} + templates {templates_fingerprint()}"


@cache
def templates_fingerprint() -> str:
    """Eight hexadecimal digits that change with any template."""
    seen = hashlib.sha256()
    for path in sorted(TEMPLATES.glob("*.typ")):
        seen.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()[:8]


def _last_length(data: Mapping[str, Any]) -> int:
    """Characters of the last paragraph and of the names of annexes under it."""
    lengths = [(block["kind"], len(block["lead"] + block["text"])) for block in data["blocks"]]
    texts = [length for kind, length in lengths if kind != "annex"]
    return (texts[-1] if texts else 0) + sum(length for kind, length in lengths if kind == "annex")


def _first_good(letter: str, fonts: FontSet, *, can_bind: bool, rules: Rules) -> tuple[typst.Compiler, Facts]:
    """Try layouts until the signature shares a page with text and the copies stand where `rules` want them.

    The signature matters more: once it stands with text, copies that find no room may turn the page. Where
    spacing does not help, for all paragraphs are one line short, the last paragraph goes over with the signature.
    """
    fallback: tuple[typst.Compiler, Facts] | None = None
    for tracking in TRACKING:
        compiler, facts = _lay_out(letter, fonts, Trial(tracking=tracking))
        if facts.signature_has_text and rules.accept(facts):
            return compiler, facts
        if facts.signature_has_text and fallback is None:
            fallback = _lay_out(letter, fonts, Trial(tracking=tracking, copies_apart=True))
            if rules.gives_up(facts):
                return fallback
    if fallback is not None:
        return fallback
    compiler, facts = _lay_out(letter, fonts, Trial(bound=can_bind))
    if rules.accept(facts):
        return compiler, facts
    return _lay_out(letter, fonts, Trial(bound=can_bind, copies_apart=True))


def _lay_out(letter: str, fonts: FontSet, trial: Trial, template: str = "letter") -> tuple[typst.Compiler, Facts]:
    if template not in NAMES:
        raise TypesettingError(f"no template {template!r}")
    compiler = typst.Compiler(
        input=str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=fonts.loaded,
        ignore_system_fonts=True,
        sys_inputs={"letter": letter, "trial": json.dumps(vars(trial))},
    )
    try:
        facts = json.loads(compiler.query("<facts>", field="value", one=True))
    except RuntimeError as error:  # what a query says of a template that cannot be compiled
        raise TypesettingError(str(error)) from error
    return compiler, Facts(**facts, tracking=trial.tracking)
