"""Files that are not what they say, too large, badly named or too many: refused at the field, nothing stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from proposals.models import Attachment
from tests.permissions.city import City
from tests.security.forms_on_pages import form_with

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BAD = {
    "a program that calls itself a picture": ("照片.jpg", b"MZ\x90\x00" + b"\x00" * 200),
    "a program that calls itself a text": ("说明.txt", b"MZ\x90\x00" + b"\x00" * 200),
    "a page that calls itself a PDF": ("材料.pdf", b"<html><script>alert(1)</script></html>"),
    "a kind that is not taken": ("页面.html", b"<html><script>alert(1)</script></html>"),
    "a drawing with script": ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
    "a name without a kind": ("README", b"text"),
    "two kinds in one name": ("材料.pdf.exe", PDF),
    "an archive that calls itself a document": ("材料.docx", b"PK\x03\x04" + b"\x00" * 200),
    "an empty file": ("空.txt", b""),
    "over 20 MB": ("大.txt", b"a" * (20 * MEGABYTE + 1)),
}


def upload(city: City, *files: tuple[str, bytes]) -> HttpResponse:
    """Send the files with the edit page of 民建's draft, as its contact."""
    url = city.address("proposal-edit", "DRAFT") or ""
    sent = form_with(city.ask("P", url).content.decode(), "title")
    sent["title"] = ["关于附件的建议"]
    data = {**sent, "attachments": [SimpleUploadedFile(name, content) for name, content in files]}
    return city.ask("P", url, "POST", data)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_at_its_field_and_the_text_is_kept(city: City, kind: str) -> None:
    before = Attachment.objects.count()

    response = upload(city, BAD[kind])

    page = response.content.decode()
    assert response.status_code == 400
    assert 'id="id_attachments_error"' in page
    assert "关于附件的建议" in page
    assert Attachment.objects.count() == before


def test_one_bad_file_keeps_the_good_ones_out_too(city: City) -> None:
    response = upload(city, ("好.txt", "好文字。".encode()), BAD["a page that calls itself a PDF"])

    assert response.status_code == 400


def test_eleven_files_are_too_many(city: City) -> None:
    response = upload(city, *((f"{number}.txt", f"第{number}个".encode()) for number in range(11)))

    assert response.status_code == 400
    assert 'id="id_attachments_error"' in response.content.decode()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "..\\..\\windows\\system.txt", "/etc/cron.d/x.txt", "C:\\x\\a.txt", "....//y.txt"]
)
def test_a_path_in_a_name_leads_nowhere(city: City, name: str) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    sent = form_with(city.ask("P", url).content.decode(), "title")
    body = encode_multipart(BOUNDARY, {**sent, "attachments": [SimpleUploadedFile("NAME", "文字。".encode())]})
    body = body.replace(b'filename="NAME"', f'filename="{name}"'.encode())

    with transaction.atomic():
        city.client.generic("POST", url, body, content_type=MULTIPART_CONTENT)
        stored = city.cases["DRAFT"].proposal.attachments.latest("id")
        transaction.set_rollback(True)

    assert not set(stored.name) & set("/\\:")
    assert stored.name.endswith(".txt")
    assert str(stored.file.name).startswith("attachments/")
    assert ".." not in str(stored.file.name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("答复.txt", b""),
        ("答复.txt", b"a" * (10 * MEGABYTE + 1)),
        ("答复.exe", b"MZ"),
        ("答复", b"x"),
        ("a.zip", b"PK"),
    ],
    ids=["empty", "over 10 MB", "a program", "without a kind", "an archive"],
)
def test_a_page_that_cannot_be_imported_is_refused_at_its_field(city: City, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)

    response = city.ask("T1", city.address("import-new", "ANY") or "", "POST", {"uploads": file, "key": "k"})

    assert response.status_code == 400
    assert 'id="id_uploads_error"' in response.content.decode()


def _send_under(city: City, name: bytes, content: bytes = "文字。".encode()) -> tuple[Attachment, Any]:
    """Store a file under a raw name as a hostile program would send it; the row, and the answer to its download."""
    url = city.address("proposal-edit", "DRAFT") or ""
    sent = form_with(city.ask("P", url).content.decode(), "title")
    body = encode_multipart(BOUNDARY, {**sent, "attachments": [SimpleUploadedFile("NAME", content)]})
    with transaction.atomic():
        city.client.generic("POST", url, body.replace(b'filename="NAME"', name), content_type=MULTIPART_CONTENT)
        stored = city.cases["DRAFT"].proposal.attachments.latest("id")
        answer = city.client.get(reverse("attachment-download", args=[stored.pk]))
        list(answer)
        transaction.set_rollback(True)
    return stored, answer


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b'filename="\xe6\x8a\xa5\xe5\x91\x8a\xe2\x80\xaetxt.fdp.txt"', "报告txt.fdp.txt"),
        (b'filename="a\x00b.txt"', "ab.txt"),
        (b'filename="CON.txt"', "_CON.txt"),
        (b'filename="' + "长".encode() * 300 + b'.txt"', "长" * 116 + ".txt"),
        (b"filename*=UTF-8''x%0d%0aSet-Cookie:%20a=1.txt", "xSet-Cookie_ a=1.txt"),
        (b"filename*=UTF-8''%2e%2e%2f%2e%2e%2fetc%2fpasswd.txt", "passwd.txt"),
    ],
    ids=["right to left", "NUL", "a device", "300 characters", "a header", "an encoded path"],
)
def test_a_hostile_name_is_handed_out_tidied_and_encoded(city: City, sent: bytes, shown: str) -> None:
    stored, answer = _send_under(city, sent)

    assert stored.name == shown
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert not set(disposition) & set("\r\n\0\u202e")
    assert "Set-Cookie" not in answer.headers
    assert "filename*=utf-8''" in disposition or shown in disposition


def test_what_looks_like_a_page_is_handed_out_as_powerless_text(city: City) -> None:
    _, answer = _send_under(city, b'filename="a.txt"', b"<html><script>alert(1)</script></html>")

    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    policy = {part.strip() for part in answer["Content-Security-Policy"].split(";")}
    assert policy >= {"sandbox", "default-src 'none'"}


@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", 100, "内容过大"),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 2, "项目过多"),
        ("DATA_UPLOAD_MAX_NUMBER_FILES", 1, "文件过多"),
    ],
)
@pytest.mark.parametrize("who", ["P", "--"])
def test_a_request_over_a_limit_gets_a_page_with_the_limits(
    city: City, settings: Any, who: str, limit: str, value: int, words: str
) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    setattr(settings, limit, value)
    files = [SimpleUploadedFile(f"{number}.txt", b"a") for number in range(2)]

    answer = city.ask(who, url, "POST", {"title": "长" * 200, "b": "1", "c": "1", "attachments": files})

    assert answer.status_code == 413
    assert words in answer.content.decode()
    assert '<html lang="zh-CN">' in answer.content.decode()


def test_files_too_large_in_all_are_refused_before_they_are_read(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panjin_portal.lib.receiving.MOST_BYTES", 1000)

    answer = upload(city, ("a.txt", b"a" * 2000))

    assert answer.status_code == 413
    assert "20 MB" in answer.content.decode()
