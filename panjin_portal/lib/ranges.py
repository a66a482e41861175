"""Parts of a file by HTTP (RFC 9110, section 14): what a `Range` header asks for. Pure."""

import re

_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*", re.ASCII | re.IGNORECASE)
_LONGEST = 19  # digits; no file is longer, and Python reads no number of thousands of digits


class NoSuchRange(ValueError):
    """The range lies outside the file (416)."""


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range that is asked for; None when the whole file is to be sent: no header, one
    that says nothing we understand, or several ranges, which a server may answer whole. Raises NoSuchRange."""
    found = _ONE_RANGE.fullmatch(header)
    if found is None or not any(found.groups()) or max(map(len, found.groups())) > _LONGEST:
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        if int(last) == 0 or size == 0:
            raise NoSuchRange(header)
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NoSuchRange(header)
    return int(first), min(int(last), size - 1) if last else size - 1
