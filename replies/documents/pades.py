"""A digital signature in a finished PDF: PAdES (ETSI EN 319 142-1), level B-B, B-T with a time stamp. Off by default.

The signature is an incremental update: the bytes of the rendering stay the first part of the file, so that they can be
made again and compared. pyHanko is an optional package and is imported only where a key is configured.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from panjin_portal.lib.clock import day_of

FIELD = "Signature"


@dataclass(frozen=True)
class SigningKey:
    """A PKCS#12 file with its passphrase ("" for none), and the address of a time stamp authority ("" for none)."""

    path: Path
    passphrase: str
    tsa_url: str = ""


class SigningFailed(Exception):
    """The file could not be signed; `message` says why in Chinese and holds no secret."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Certificate:
    """Whose key it is, until when it holds, and the first twelve hexadecimal digits of its SHA-256."""

    subject: str
    valid_from: datetime
    valid_until: datetime
    fingerprint: str

    def insist_on(self, moment: datetime) -> None:
        """Raise SigningFailed when the certificate does not hold at `moment`."""
        if moment > self.valid_until:
            raise SigningFailed(f"签名证书已于{day_of(self.valid_until).isoformat()}过期，请管理员换上新证书后重试。")
        if moment < self.valid_from:
            raise SigningFailed(f"签名证书要到{day_of(self.valid_from).isoformat()}才生效，请管理员检查证书和时钟。")


def certificate_of(key: SigningKey) -> Certificate:
    """The certificate of a key. Raises SigningFailed for a file that is not there, cannot be read, or another
    passphrase."""
    return _certificate(_signer(key))


def sign_pdf(content: bytes, key: SigningKey, *, moment: datetime) -> tuple[bytes, str]:
    """The signed file and what signed it ("PAdES B-B 0123456789ab + pyhanko 0.38.0").

    The field lies outside the page and shows nothing, so pages look as before. Raises SigningFailed; then there is no
    file at all.
    """
    signer = _signer(key)
    certificate = _certificate(signer)
    certificate.insist_on(moment)
    from pyhanko.pdf_utils.generic import NameObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.sign.timestamps import HTTPTimeStamper

    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        # A page with an annotation names the order of its tabs, and this one is outside the page (ISO 14289-1, 7.18).
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        while "/Kids" in page:
            page = page["/Kids"][0].get_object()
        page["/Tabs"] = NameObject("/S")
        writer.update_container(page)
        metadata = PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=certificate.subject
        )
        field = SigFieldSpec(
            FIELD,
            on_page=0,
            invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
            readable_field_name="数字签名",
        )
        stamper = HTTPTimeStamper(key.tsa_url, timeout=10) if key.tsa_url else None
        signed = PdfSigner(metadata, signer, timestamper=stamper, new_field_spec=field).sign_pdf(writer)
    except Exception as error:  # of many kinds: the network of the time stamp, the key, the file
        where = "时间戳服务没有应答或" if key.tsa_url else ""
        raise SigningFailed(
            f"数字签名没有完成：{where}签名程序出错（{type(error).__name__}）。请联系管理员。"
        ) from error
    level = "B-T" if key.tsa_url else "B-B"
    return signed.getvalue(), f"PAdES {level} {certificate.fingerprint} + pyhanko {version('pyhanko')}"


def _signer(key: SigningKey) -> Any:
    try:
        version("pyhanko")
        from pyhanko.sign.signers import SimpleSigner
    except (PackageNotFoundError, ImportError) as error:
        raise SigningFailed("没有安装数字签名的程序包：请管理员运行 pip install pyhanko。") from error
    if not key.path.is_file():
        raise SigningFailed(f"签名证书文件不在：{key.path}。请管理员检查 SIGN_PKCS12。")
    try:
        load: Any = SimpleSigner.load_pkcs12  # without types
        with _quiet():  # the library logs with a traceback what is said here in a sentence
            signer = load(str(key.path), passphrase=key.passphrase.encode() or None)
    except OSError as error:
        raise SigningFailed(f"签名证书文件读不出：{key.path}（{error.strerror}）。") from error
    if signer is None or signer.signing_cert is None:
        raise SigningFailed(
            "签名证书打不开：口令不对，文件不是 PKCS#12，或里面没有私钥。请管理员检查 SIGN_PASSPHRASE。"
        )
    return signer


@contextmanager
def _quiet() -> Iterator[None]:
    library = logging.getLogger("pyhanko.sign.signers.pdf_cms")
    before, library.disabled = library.disabled, True
    try:
        yield
    finally:
        library.disabled = before


def _certificate(signer: Any) -> Certificate:
    found = signer.signing_cert
    return Certificate(
        subject=found.subject.native.get("common_name", "") or found.subject.human_friendly,
        valid_from=found.not_valid_before,
        valid_until=found.not_valid_after,
        fingerprint=found.sha256.hex()[:12],
    )
