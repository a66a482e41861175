"""Codes that people type from paper: sixteen signs in four groups, none like another (Crockford's base 32).

80 bits: nobody finds one by trying. Large letters, missing or other dashes, o for 0, and i or l for 1 are forgiven.
"""

import re
import unicodedata

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
BYTES = 10
_LOOKALIKES = str.maketrans("oil", "011")


def code_of(secret: bytes) -> str:
    """The code of the first ten of ``secret``'s bytes: "k3vd-08xa-…", 19 characters."""
    number = int.from_bytes(secret[:BYTES], "big")
    digits = "".join(ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def as_typed(text: str) -> str:
    """What was meant by a code typed from paper; ``text`` as it is when it cannot be one."""
    plain = re.sub(r"[\s\-–—_.]", "", unicodedata.normalize("NFKC", text)).lower().translate(_LOOKALIKES)
    if len(plain) != 16 or not set(plain) <= set(ALPHABET):
        return text
    return "-".join(plain[start : start + 4] for start in range(0, 16, 4))
