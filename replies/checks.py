"""What Django looks at before any command: the key that signs PDF files, where one is configured."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.core import checks

from panjin_portal.lib.clock import day_of, now
from replies.documents.pades import SigningFailed, certificate_of
from replies.services.signing_key import signing_key

SOON = timedelta(days=30)


def signing_key_works(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[checks.CheckMessage]:
    """An error for a key that cannot be used; a warning for one that holds no longer, or not for a month more: then
    only new files wait, and every other command must still run."""
    key = signing_key()
    if key is None:
        return []
    try:
        certificate = certificate_of(key)
    except SigningFailed as failure:
        return [checks.Error(failure.message, id="replies.E001")]
    try:
        certificate.insist_on(now())
    except SigningFailed as failure:
        return [checks.Warning(f"{failure.message}在此之前不生成新的公文 PDF。", id="replies.W001")]
    if certificate.valid_until - now() < SOON:
        day = day_of(certificate.valid_until).isoformat()
        return [checks.Warning(f"签名证书{day}过期，请及早更换。", id="replies.W002")]
    return []
