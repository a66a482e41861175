"""What the log must not say: the secret part of a link that opens something without log-in."""

from __future__ import annotations

import logging
import re

_SECRET = re.compile(r"/(rate|feed)/[^/\s\"'?#]+")
HIDDEN = r"/\1/…"


class WithoutTokens(logging.Filter):
    """Takes the tokens of secret links out of every line before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a line; rewrites one that names such an address."""
        text = record.getMessage()
        if _SECRET.search(text):
            record.msg, record.args = _SECRET.sub(HIDDEN, text), None
            record.exc_text = _SECRET.sub(HIDDEN, record.exc_text) if record.exc_text else record.exc_text
        return True
