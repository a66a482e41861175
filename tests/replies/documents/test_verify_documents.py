"""``verify_documents`` names what is missing or altered and lists what nobody registered."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import call_command

from replies.models import RenderedDocument
from replies.services.stored_files import verify_files
from tests.replies.cases import signed_reply
from tests.world import World


@pytest.fixture(autouse=True)
def empty_storage(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings


@pytest.fixture
def letter(world: World) -> RenderedDocument:
    return signed_reply(world).documents.get()


def verify() -> tuple[int, str, str]:
    out, errors = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("verify_documents", stdout=out, stderr=errors)
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), errors.getvalue()


def test_sound_files_are_counted_and_the_exit_code_is_zero(letter: RenderedDocument) -> None:
    assert verify() == (0, "1个登记的文件，0处异常；0个未登记的文件。\n", "")


def test_a_missing_file_is_named_with_its_row(letter: RenderedDocument) -> None:
    default_storage.delete(str(letter.file.name))
    code, _, errors = verify()
    assert code == 1
    assert f"生成文件 {letter.pk}：{letter.file.name} 文件缺失" in errors


def test_one_altered_byte_is_found(letter: RenderedDocument) -> None:
    path = Path(letter.file.path)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    code, _, errors = verify()
    assert (code, "内容与登记的校验值不一致" in errors) == (1, True)


def test_a_file_nobody_registered_is_listed_and_is_no_fault(letter: RenderedDocument) -> None:
    default_storage.save("letters/ab/left.pdf", ContentFile(b"%PDF"))
    default_storage.save("parts/half.part", ContentFile(b"%"))
    code, out, errors = verify()
    assert (code, errors) == (0, "")
    assert "未登记：letters/ab/left.pdf" in out
    assert "half.part" not in out


def test_an_empty_portal_is_sound(db: None) -> None:
    assert verify() == (0, "0个登记的文件，0处异常；0个未登记的文件。\n", "")


def test_it_needs_no_folders_but_the_interface_of_a_storage(letter: RenderedDocument) -> None:
    store = InMemoryStorage()
    assert "文件缺失" in verify_files(store).faults[0]
    with default_storage.open(str(letter.file.name)) as handle:
        store.save(str(letter.file.name), ContentFile(handle.read()))
    store.save("stray/file.bin", ContentFile(b"x"))
    report = verify_files(store)
    assert (report.faults, report.orphans) == ([], ["stray/file.bin"])
