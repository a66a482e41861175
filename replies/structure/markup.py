"""What the editor of a site left in the text: comments, line-break tags, blanks written as entities.

A browser prints none of it, so none of it belongs to the letter. Every search here is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN, _CLOSE = "<!--", "-->"
# What word processors leave of a comment when half of it is gone: <![endif]-->, [if gte mso 9]>, [endif].
_CONDITIONAL = re.compile(r"<?!?\[(?:if\s[^\[\]<>\n]{1,60}|endif)\](?:-{0,2}>)?")
_BREAK = re.compile(r"<\s?(?:br\s{0,3}/?|/p|/div|/tr|/li|p|div|tr|li)\s?>", re.IGNORECASE)
_BLANK = re.compile(r"&(?:nbsp|ensp|emsp|thinsp|#160|#12288|#xa0|#x3000);", re.IGNORECASE)


@dataclass(frozen=True)
class Printed:
    """A text as it would be printed, and the editor's comments that were taken out of it."""

    text: str
    comments: tuple[str, ...]


def printed(text: str) -> Printed:
    """Take out comments; write line-break tags and blank entities as the white space they stand for."""
    if not any(sign in text for sign in ("<", "[", "&")):
        return Printed(text, ())
    comments: list[str] = []
    kept: list[str] = []
    at = 0
    while (start := text.find(_OPEN, at)) >= 0 and (end := text.find(_CLOSE, start + len(_OPEN))) >= 0:
        kept.append(text[at:start])
        comments.append(text[start : end + len(_CLOSE)])
        at = end + len(_CLOSE)
    kept.append(text[at:])
    rest = "".join(kept)
    comments.extend(match.group(0) for match in _CONDITIONAL.finditer(rest))
    rest = _CONDITIONAL.sub("", rest)
    return Printed(_BLANK.sub(" ", _BREAK.sub("\n", rest)), tuple(comments))
