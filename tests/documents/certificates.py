"""Self-made certificates and keys for the tests of digital signatures. The names are invented."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

NAME = "盘锦市司法局"
PASSPHRASE = "only-for-tests"
YEAR = timedelta(days=365)


@cache
def key_named(name: str = "") -> rsa.RSAPrivateKey:
    """The key of this name, the same within a run."""
    return rsa.generate_private_key(65537, 2048)


def write_pkcs12(
    path: Path, *, since: datetime | None = None, until: datetime | None = None, key_name: str = ""
) -> asn1_x509.Certificate:
    """A key with a certificate of its own in ``path``; gives the certificate. Valid from yesterday for a year."""
    key, moment = key_named(key_name), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since or moment - timedelta(days=1))
        .not_valid_after(until or moment + YEAR)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    lock = serialization.BestAvailableEncryption(PASSPHRASE.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"portal", key, certificate, None, lock))
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def status_of(content: bytes, trusted: asn1_x509.Certificate) -> PdfSignatureStatus:
    """What pyHanko's validator says of the one signature of a file."""
    (signature,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[trusted]))
