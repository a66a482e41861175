"""Reading uploaded pages in the background: once each, whatever dies on the way, and told when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from kombu.exceptions import OperationalError
from pytest_django import DjangoCaptureOnCommitCallbacks

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import UploadRefused
from proposals.models import Notice
from replies.models import ImportBatch, ImportItem
from replies.services import import_reading
from replies.services.import_case import known_bureaus
from replies.services.import_process import read_in_process
from replies.services.import_reading import LEASE, read_item, sweep
from replies.services.importing import import_reply
from replies.tasks import read_import_item, sweep_imports
from tests.replies.importing.batches import NEWS, page, read_all, read_one, upload, without
from tests.world import World


def the_item() -> ImportItem:
    return ImportItem.objects.get()


def test_a_page_is_read_into_fields_warnings_and_text(world: World) -> None:
    item = read_one(world, page())
    assert (item.state, item.bureau_code, item.salutation) == ("read", "sfj", "赵青禾委员:")
    assert item.reading is not None
    assert (item.reading["proposal_number"], item.text) == ("021", page().decode())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (NEWS.encode(), "不是一份答复"),
        (page("031", 政协九届一次会议="九届人大一次会议", 赵青禾委员="赵青禾代表", 提案="建议"), "人大代表建议"),
        (
            "关于市政协九届一次会议第030号提案的会办意见\n市司法局:\n你局转来的第030号提案收悉,现提出会办意见如下:\n"
            "一、关于报警\n由专班办理。\n盘锦市公安局\n2022年6月1日\n".encode(),
            "会办意见",
        ),
    ],
    ids=["news", "a people's congress reply", "a co-handler's opinion"],
)
def test_what_is_no_reply_to_a_proposal_is_refused_and_says_what_it_is(
    world: World, content: bytes, words: str
) -> None:
    item = read_one(world, content)
    assert (item.state, words in item.error) == ("refused", True)


def test_reading_twice_reads_once(world: World) -> None:
    batch = upload(world, page())
    pk = batch.items.get().pk
    assert read_item(pk)
    assert not read_item(pk)
    assert the_item().attempts == 1


def test_a_file_stored_meanwhile_by_another_way_is_recognised(world: World) -> None:
    batch = upload(world, page())
    reply = import_reply(None, file_name="x.txt", raw=page())
    item = read_all(batch)[0]
    assert (item.state, item.reply) == ("duplicate", reply)


def test_a_file_another_worker_holds_is_left_alone(world: World) -> None:
    upload(world, page())
    ImportItem.objects.update(state="reading", lease_until=now() + LEASE, attempts=1)
    assert not read_item(the_item().pk)
    assert sweep() == 0


def test_a_worker_killed_in_the_middle_costs_a_delay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(world, page())

    def die(*_: object, **__: object) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched:
        patched.setattr(import_reading, "read_in_process", die)
        with pytest.raises(SystemExit):
            read_item(the_item().pk)
    assert the_item().state == "reading"
    assert sweep() == 0  # the lease still runs
    with clock.at(now() + LEASE + timedelta(seconds=1)):
        assert sweep_imports() == 1
    assert (the_item().state, the_item().attempts) == ("read", 2)


def test_a_worker_that_lost_its_lease_writes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(world, page())
    read = import_reading._read

    def slow(item: ImportItem) -> dict[str, object]:
        ImportItem.objects.update(lease_until=now() + timedelta(hours=1))  # another worker took over
        return read(item)

    monkeypatch.setattr(import_reading, "_read", slow)
    assert not read_item(the_item().pk)
    assert (the_item().state, the_item().text) == ("reading", "")


def test_a_file_that_kills_its_workers_five_times_is_refused(world: World) -> None:
    upload(world, page())
    ImportItem.objects.update(state="reading", attempts=5, lease_until=now() - timedelta(seconds=1))
    assert sweep() == 0
    assert (the_item().state, "5次" in the_item().error) == ("refused", True)


def test_with_the_broker_down_the_files_wait_for_the_sweep_and_only_one_call_is_tried(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    tried = []

    def down(*_: object, **__: object) -> None:
        tried.append(1)
        raise OperationalError("connection refused")

    with monkeypatch.context() as patched:
        patched.setattr(read_import_item, "apply_async", down)
        with django_capture_on_commit_callbacks(execute=True):
            batch = upload(world, page("021"), page("022"))
    assert list(batch.items.values_list("state", flat=True)) == ["waiting", "waiting"]
    assert len(tried) == 1
    with clock.at(now() + timedelta(seconds=31)):
        assert sweep() == 2
    assert list(batch.items.values_list("state", flat=True)) == ["read", "read"]


def test_the_files_are_sent_to_the_queue_only_after_the_commit(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(world, page())
        assert batch.items.get().state == "waiting"
    assert batch.items.get().state == "read"


def test_the_uploader_is_told_once_when_all_files_are_read(world: World) -> None:
    batch = upload(world, page("021"), page("022"))
    first, second = batch.items.order_by("position")
    told = Notice.objects.filter(link=f"/imports/{batch.pk}/")
    read_item(first.pk)
    assert not told.exists()
    read_item(second.pk)
    assert told.get().recipient == world.committee_staff
    ImportItem.objects.update(state="waiting")  # read again after a lost lease, say
    read_all(batch)
    assert told.count() == 1
    assert ImportBatch.objects.get().told_at is not None


def test_a_page_with_characters_no_database_keeps_is_refused_with_the_reason(world: World) -> None:
    item = read_one(world, page(园区="园\0区"))
    assert (item.state, "\0" in item.text) == ("refused", False)
    assert "不是文本" in item.error


def test_the_real_child_process_reads_the_same_and_is_held_to_its_limits(world: World, real_reader: None) -> None:
    item = read_one(world, page())
    assert item.reading is not None
    assert (item.state, item.bureau_code, item.reading["proposal_number"]) == ("read", "sfj", "021")
    limits = {"name": "x.txt", "bureaus": known_bureaus()}
    with pytest.raises(UploadRefused, match="空的"):
        read_in_process(b"", seconds=30, megabytes=1024, **limits)  # type: ignore[arg-type]
    with pytest.raises(UploadRefused, match="已停止"):
        read_in_process(page(), seconds=0.01, megabytes=1024, **limits)  # type: ignore[arg-type]
    with pytest.raises(UploadRefused, match="读不了"):
        read_in_process(page(), seconds=30, megabytes=20, **limits)  # type: ignore[arg-type]


def test_missing_dates_stay_blank(world: World) -> None:
    item = read_one(world, without("021", "2022年8月16日\n"))
    assert item.reading is not None
    assert (item.reading["signed_on"], item.reading["metadata"]["created_on"]) == (None, "2022-08-16")
