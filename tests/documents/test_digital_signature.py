"""PAdES: a signed letter is valid, is the rendering with a signature behind it, and shows when it was altered."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.sign import timestamps
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import SignatureCoverageLevel

from replies.documents.pades import SigningFailed, SigningKey, certificate_of, sign_pdf
from replies.documents.pdf import render_pdf
from tests.documents.certificates import NAME, PASSPHRASE, YEAR, key_named, status_of, write_pkcs12
from tests.documents.samples import letter, printed_text


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return render_pdf(letter(body=())).content


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    write_pkcs12(tmp_path / "seal.p12")
    return SigningKey(tmp_path / "seal.p12", PASSPHRASE)


def now() -> datetime:
    return datetime.now(UTC)


def test_the_signature_is_valid_and_covers_the_whole_file(unsigned: bytes, tmp_path: Path) -> None:
    trusted = write_pkcs12(tmp_path / "seal.p12")
    content, signed_by = sign_pdf(unsigned, SigningKey(tmp_path / "seal.p12", PASSPHRASE), moment=now())
    status = status_of(content, trusted)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signed_by.startswith(f"PAdES B-B {trusted.sha256.hex()[:12]} + pyhanko ")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.Root.AcroForm.Fields[0].V.SubFilter == "/ETSI.CAdES.detached"


def test_a_certificate_nobody_trusts_is_not_valid(unsigned: bytes, key: SigningKey, tmp_path: Path) -> None:
    other = write_pkcs12(tmp_path / "other.p12", key_name="another")
    status = status_of(sign_pdf(unsigned, key, moment=now())[0], other)
    assert status.intact
    assert not status.trusted


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_changed_byte_is_seen(unsigned: bytes, place: float, tmp_path: Path) -> None:
    trusted = write_pkcs12(tmp_path / "seal.p12")
    content = bytearray(sign_pdf(unsigned, SigningKey(tmp_path / "seal.p12", PASSPHRASE), moment=now())[0])
    streams = content.index(b"stream\n", round(len(unsigned) * place)) + 20
    content[streams] ^= 1
    status = status_of(bytes(content), trusted)
    assert not status.intact
    assert not status.bottom_line


def test_something_added_behind_it_is_seen(unsigned: bytes, key: SigningKey, tmp_path: Path) -> None:
    trusted = write_pkcs12(tmp_path / "seal.p12")
    content, _ = sign_pdf(unsigned, SigningKey(tmp_path / "seal.p12", PASSPHRASE), moment=now())
    status = status_of(content + b"\n% more\n", trusted)
    assert status.coverage != SignatureCoverageLevel.ENTIRE_FILE


def test_the_rendering_stays_the_first_part_of_the_file_and_looks_and_reads_the_same(
    unsigned: bytes, key: SigningKey
) -> None:
    content, _ = sign_pdf(unsigned, key, moment=now())
    assert content.startswith(unsigned)
    assert render_pdf(letter(body=())).content == unsigned

    class Made:
        def __init__(self, content: bytes) -> None:
            self.content = content

    assert printed_text(Made(content)) == printed_text(Made(unsigned))  # type: ignore[arg-type]


def test_the_field_shows_nothing_and_the_file_still_claims_its_standards(unsigned: bytes, key: SigningKey) -> None:
    with pikepdf.open(io.BytesIO(sign_pdf(unsigned, key, moment=now())[0])) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        left, bottom, right, top = (float(one) for one in field.Rect)
        assert right < 0
        assert top < 0
        assert (left, bottom) == (right, top)
        assert int(field.F) & 4, "PDF/A wants annotations printable"
        assert not int(field.F) & 2, "and not hidden"
        assert "/AP" not in field
        assert field.TU == "数字签名"
        assert pdf.pages[0].Tabs == "/S"
        with pdf.open_metadata() as xmp:
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "A", "1")
        assert pdf.Root.MarkInfo.Marked


def test_with_a_time_stamp_the_level_is_b_t(unsigned: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = write_pkcs12(tmp_path / "seal.p12")
    asked: list[str] = []

    def stamper(url: str, **options: Any) -> DummyTimeStamper:
        from asn1crypto import keys
        from cryptography.hazmat.primitives import serialization

        asked.append(url)
        private = key_named().private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return DummyTimeStamper(tsa_cert=trusted, tsa_key=keys.PrivateKeyInfo.load(private))

    monkeypatch.setattr(timestamps, "HTTPTimeStamper", stamper)
    key = SigningKey(tmp_path / "seal.p12", PASSPHRASE, "http://tsa.example/")
    content, signed_by = sign_pdf(unsigned, key, moment=now())
    assert asked == ["http://tsa.example/"]
    assert signed_by.startswith("PAdES B-T ")
    status = status_of(content, trusted)
    assert status.intact
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.intact


def test_a_time_stamp_service_that_does_not_answer_leaves_no_file(unsigned: bytes, tmp_path: Path) -> None:
    write_pkcs12(tmp_path / "seal.p12")
    key = SigningKey(tmp_path / "seal.p12", PASSPHRASE, "http://127.0.0.1:9/")
    with pytest.raises(SigningFailed, match="时间戳服务没有应答"):
        sign_pdf(unsigned, key, moment=now())


def test_whose_certificate_it_is_and_until_when(key: SigningKey) -> None:
    certificate = certificate_of(key)
    assert certificate.subject == NAME
    assert timedelta(days=364) < certificate.valid_until - now() < timedelta(days=366)


def test_an_expired_certificate_and_one_not_yet_valid_sign_nothing(unsigned: bytes, tmp_path: Path) -> None:
    path = tmp_path / "seal.p12"
    write_pkcs12(path, since=now() - 2 * YEAR, until=now() - timedelta(days=1))
    with pytest.raises(SigningFailed, match=r"已于\d{4}-\d\d-\d\d过期"):
        sign_pdf(unsigned, SigningKey(path, PASSPHRASE), moment=now())
    write_pkcs12(path, since=now() + timedelta(days=2))
    with pytest.raises(SigningFailed, match="才生效"):
        sign_pdf(unsigned, SigningKey(path, PASSPHRASE), moment=now())


def test_a_wrong_passphrase_a_missing_file_and_another_file_are_named_without_the_secret(
    key: SigningKey, tmp_path: Path
) -> None:
    (tmp_path / "text.p12").write_text("no key")
    for wrong, said in (
        (SigningKey(key.path, "an-other-secret"), "口令不对"),
        (SigningKey(tmp_path / "gone.p12", PASSPHRASE), "gone.p12"),
        (SigningKey(tmp_path / "text.p12", PASSPHRASE), "不是 PKCS#12"),
    ):
        with pytest.raises(SigningFailed, match=said) as failure:
            certificate_of(wrong)
        assert PASSPHRASE not in failure.value.message
        assert "an-other-secret" not in failure.value.message


def test_without_the_package_it_says_what_to_install(key: SigningKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyhanko.sign.signers", None)
    with pytest.raises(SigningFailed, match="pip install pyhanko"):
        certificate_of(key)
