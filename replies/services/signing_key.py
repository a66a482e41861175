"""The key that signs issued files, as this installation is configured."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from panjin_portal.lib.clock import now
from replies.documents.pades import SigningKey, sign_pdf
from replies.documents.pdf import Pdf


def signing_key() -> SigningKey | None:
    """The configured key, or None: files are not signed."""
    if settings.SIGN_PKCS12 is None:
        return None
    return SigningKey(settings.SIGN_PKCS12, settings.SIGN_PASSPHRASE, settings.SIGN_TSA_URL)


def with_signature(made: Pdf) -> Pdf:
    """A finished PDF with the signature of this installation, or as it is where none is configured. Raises
    SigningFailed."""
    key = signing_key()
    if key is None:
        return made
    content, signed_by = sign_pdf(made.content, key, moment=now())
    return replace(made, content=content, engine=f"{made.engine} + {signed_by}")
