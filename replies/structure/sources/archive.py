"""The page inside a page saved as one file (.mhtml, .mht): a mail message with the markup and its pictures."""

from __future__ import annotations

import re
from email import policy
from email.message import Message
from email.parser import BytesParser

_HEADERS = re.compile(
    rb"\A[\x20-\x7e\s]*?^content-type:\s*multipart/(?:related|alternative|mixed)", re.IGNORECASE | re.MULTILINE
)
_HEAD_BYTES = 4096
# Ten megabytes of pictures take 140,000 lines; the parser is slow with millions of short ones.
_MOST_LINES = 200_000


def is_archive(raw: bytes) -> bool:
    """Whether the bytes begin with the headers of a message of several parts."""
    return b":" in raw[:80] and bool(_HEADERS.match(raw[:_HEAD_BYTES]))


def markup_of(raw: bytes) -> bytes | None:
    """The bytes of the first page in the archive, or None when it holds none, is damaged or has too many lines."""
    if raw.count(b"\n") > _MOST_LINES:
        return None
    try:
        message: Message = BytesParser(policy=policy.compat32).parsebytes(raw)
        for part in message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes) and payload.strip():
                    return payload
    # A message may be damaged in many ways, and nested so deep that the parser gives up.
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return None
    return None
