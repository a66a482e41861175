"""Files uploaded together are rows first: checked, told from those that are here, stored whole or not at all."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from replies.models import ImportBatch, ImportItem
from replies.services import import_batches
from replies.services.import_batches import drop_item, open_batch
from replies.services.import_items import store_item
from replies.services.import_reading import read_item
from replies.services.importing import import_reply
from replies.structure.sources.opening import MAX_TEXT_BYTES
from tests.replies.importing.batches import NEWS, file, page, read_all, read_one, upload
from tests.world import World


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


def states(batch: ImportBatch) -> list[str]:
    return list(batch.items.order_by("position").values_list("state", flat=True))


def test_a_batch_is_rows_before_anything_is_read(world: World) -> None:
    batch = upload(world, page("021"), page("022"))
    assert states(batch) == ["waiting", "waiting"]
    assert batch.created_by == world.committee_staff
    assert len(stored_files()) == 2


def test_only_staff_of_the_two_offices_upload(world: World) -> None:
    upload(world, page(), actor=world.office_staff)
    for stranger in (world.sfj_clerk, world.minjian_contact, world.nobody, world.admin):
        with pytest.raises(NotAllowed):
            upload(world, page("022"), actor=stranger)
    assert ImportBatch.objects.count() == 1


def test_a_bad_file_is_a_refused_line_and_stops_none_of_the_others(world: World) -> None:
    too_large = b"a" * (MAX_TEXT_BYTES + 1)
    files = [file("图.png", b"png"), file("空.txt", b""), file("大.txt", too_large), file("好.txt", page())]
    batch = open_batch(world.committee_staff, files=files, key="k")
    assert states(batch) == ["refused", "refused", "refused", "waiting"]
    reasons = list(batch.items.order_by("position").values_list("error", flat=True))
    assert ["不能导入这种文件" in reasons[0], "空的" in reasons[1], "超过" in reasons[2], reasons[3]] == [
        *(True, True, True),
        "",
    ]
    assert len(stored_files()) == 1


def test_nothing_but_bad_files_is_refused_at_the_field_by_name(world: World) -> None:
    with pytest.raises(InvalidInput) as refused:
        open_batch(world.committee_staff, files=[file("图.png", b"png"), file("空.txt", b"")], key="k")
    assert ["图.png" in refused.value.errors["uploads"][0], "空.txt" in refused.value.errors["uploads"][1]] == [
        True,
        True,
    ]
    assert (ImportBatch.objects.count(), stored_files()) == (0, [])


def test_too_many_files_and_too_much_together_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit, value, words in (("MOST_FILES", 1, "最多 1 个"), ("MOST_BYTES", 10, "MB")):
        with monkeypatch.context() as patched:
            patched.setattr(import_batches, limit, value)
            with pytest.raises(InvalidInput, match=words):
                upload(world, page("021"), page("022"))
    with pytest.raises(InvalidInput, match="请选择文件"):
        upload(world)


@pytest.mark.parametrize("name", ["../../etc/答复.txt", "C:\\页面\\答复.txt", "答\u202e复\x07.txt"])
def test_a_path_and_hidden_characters_in_a_name_lead_nowhere(world: World, name: str) -> None:
    sent = SimpleUploadedFile("x.txt", page())
    sent._name = name  # type: ignore[attr-defined]  # past Django's own cleaning
    item = open_batch(world.committee_staff, files=[sent], key="k").items.get()
    assert (item.file_name, ".." in str(item.file.name)) == ("答复.txt", False)
    assert Path(settings.MEDIA_ROOT) in stored_files()[0].parents


def test_the_same_form_sent_twice_is_one_batch(world: World) -> None:
    first = upload(world, page(), key="form-1")
    second = upload(world, page(), key="form-1")
    assert (first, ImportItem.objects.count(), len(stored_files())) == (second, 1, 1)
    assert upload(world, page("022"), key="form-1", actor=world.office_staff) != first  # keys are personal


def test_the_same_form_sent_twice_at_once_is_one_batch_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    enter, batches = import_batches._enter, []

    def slow(*args: object) -> ImportBatch:
        with monkeypatch.context() as patched:
            patched.setattr(import_batches, "_enter", enter)
            batches.append(upload(world, page(), key="form-1"))
        return enter(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(import_batches, "_enter", slow)
    assert upload(world, page(), key="form-1") == batches[0]
    assert (ImportItem.objects.count(), len(stored_files())) == (1, 1)


def test_the_same_file_is_noticed_in_the_batch_in_another_and_among_the_stored(world: World) -> None:
    twice = upload(world, page("021"), page("021"))
    assert states(twice) == ["waiting", "duplicate"]
    assert "1.txt" in twice.items.get(position=2).error
    again = upload(world, page("021"), page("022"), actor=world.office_staff)
    assert states(again) == ["duplicate", "waiting"]
    assert again.items.get(position=1).twin == twice.items.get(position=1)
    reply = import_reply(world.committee_staff, file_name="x.txt", raw=page("023"))
    third = upload(world, page("023"), page("024"))
    assert states(third) == ["duplicate", "waiting"]
    assert third.items.get(position=1).reply == reply


def test_a_file_that_was_dropped_or_refused_may_come_again(world: World) -> None:
    item = read_one(world, page())
    drop_item(world.office_staff, item=item)
    item.refresh_from_db()
    assert (item.state, item.changed_by, item.text, item.reading, stored_files()) == (
        "dropped",
        world.office_staff,
        "",
        None,
        [],
    )
    assert states(upload(world, page())) == ["waiting"]
    refused = read_one(world, NEWS.encode())
    assert refused.state == "refused"
    assert states(upload(world, NEWS.encode())) == ["waiting"]


@pytest.fixture(autouse=True)
def commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a commit happens at once here: the test's own transaction never commits."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda work: work())
    monkeypatch.setattr("proposals.services.queueing.JobKind.send", lambda kind, pks: 0)


def test_what_is_being_read_or_stored_is_not_dropped(world: World) -> None:
    item = read_one(world, page())
    ImportItem.objects.update(state="reading")
    with pytest.raises(WrongStage):
        drop_item(world.committee_staff, item=item)
    ImportItem.objects.update(state="read")
    store_item(world.committee_staff, item=item, version=1)
    with pytest.raises(WrongStage):
        drop_item(world.committee_staff, item=item)
    with pytest.raises(NotAllowed):
        drop_item(world.sfj_clerk, item=read_one(world, page("022")))


def test_a_full_disk_is_told_leaves_nothing_half_stored_and_a_second_try_works(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, saved = FileSystemStorage._save, []  # type: ignore[attr-defined]

    def full(self: FileSystemStorage, name: str, content: object) -> str:
        saved.append(save(self, name, content))
        if len(saved) == 2:  # the first bytes of the second file still fit
            raise OSError(errno.ENOSPC, "No space left on device")
        return str(saved[-1])

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "_save", full)
        with pytest.raises(InvalidInput, match="磁盘空间不足"):
            upload(world, page("021"), page("022"), key="form-1")
    assert (ImportBatch.objects.count(), stored_files()) == (0, [])
    assert states(upload(world, page("021"), page("022"), key="form-1")) == ["waiting", "waiting"]


def test_a_full_disk_while_storing_leaves_the_file_to_be_stored_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = read_one(world, page())

    def full(*_: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "_save", full)
        with pytest.raises(InvalidInput, match="磁盘空间不足"):
            store_item(world.committee_staff, item=item, version=1)
    item.refresh_from_db()
    assert item.state == "read"
    assert store_item(world.committee_staff, item=item, version=1).source.sha256 == item.sha256


def test_a_file_damaged_before_it_is_read_is_refused(world: World) -> None:
    batch = upload(world, page())
    stored_files()[0].write_bytes(b"damaged")
    assert read_item(batch.items.get().pk)
    assert states(batch) == ["refused"]
    assert read_all(batch)[0].error
