"""Files that are not what they say, too large, badly named or too many: refused at the field, nothing stored."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

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
    [("答复.txt", b""), ("答复.txt", b"a" * (2 * MEGABYTE + 1)), ("答复.exe", b"MZ"), ("答复", b"x"), ("a.zip", b"PK")],
    ids=["empty", "over 2 MB", "a program", "without a kind", "an archive"],
)
def test_a_page_that_cannot_be_imported_is_refused_at_its_field(city: City, name: str, content: bytes) -> None:
    file = SimpleUploadedFile(name, content)

    response = city.ask("T1", city.address("import-new", "ANY") or "", "POST", {"uploads": file, "key": "k"})

    assert response.status_code == 400
    assert 'id="id_uploads_error"' in response.content.decode()
