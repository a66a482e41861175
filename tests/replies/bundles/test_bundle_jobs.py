"""A batch as work for the queue: asked for once, made once, gone on with, given up, retried, and removed in time."""

from __future__ import annotations

import errno
import hashlib
import io
import tracemalloc
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from kombu.exceptions import OperationalError

from panjin_portal.lib import clock
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Notice
from proposals.services.queue_state import given_up, try_again
from proposals.services.queueing import MAX_ATTEMPTS
from replies.documents.letter import Letter
from replies.documents.pdf import Pdf
from replies.models import Bundle, BundleFile, RenderedDocument, Reply
from replies.services import bundle_letters, bundle_makers, bundle_work, bundling, rendering
from replies.services.bundle_makers import Maker
from replies.services.bundle_work import JOBS, LEASE, BundleWork, LeaseLost, folder_of
from replies.services.bundling import ask_for_bundle, delete_bundle, make_bundle, remove_expired, retry_bundle, sweep
from replies.services.stored_files import verify_files
from replies.tasks import make_bundle as task
from tests.replies.bundles.conftest import Typesetter
from tests.replies.bundles.test_package_of_letters import asked, cases_of, content_of
from tests.replies.cases import signed_reply
from tests.world import World


def stored() -> list[Path]:
    return [path for path in (Path(settings.MEDIA_ROOT) / "bundles").rglob("*") if path.is_file()]


def test_the_same_form_twice_is_one_batch_and_another_form_another(world: World, replies: list[Reply]) -> None:
    first = asked(world.committee_staff, cases_of(replies), key="one")
    assert asked(world.committee_staff, cases_of(replies), key="one") == first
    assert asked(world.committee_colleague, cases_of(replies), key="one") != first
    assert Bundle.objects.count() == 2


def test_what_cannot_be_asked_for_is_refused_at_its_field(
    world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [reply.proposal_id for reply in replies]

    def refused(**changes: Any) -> set[str]:
        wanted: dict[str, Any] = {"kind": "letters", "formats": ["pdf"], "cases": cases, "key": "k"}
        with pytest.raises(InvalidInput) as found:
            ask_for_bundle(world.committee_staff, **{**wanted, **changes})
        return set(found.value.errors)

    assert refused(formats=[]) == refused(formats=["exe"]) == refused(formats=["pdf", "exe"]) == {"formats"}
    assert refused(cases=[]) == refused(cases=[10**9]) == {"cases"}
    assert refused(grouping="colour") == {"grouping"}
    monkeypatch.setattr(bundling, "MOST_CASES", 2)
    assert refused() == {"cases"}
    monkeypatch.undo()
    monkeypatch.setattr(bundling, "MOST_OPEN", 1)
    asked(world.committee_staff, cases_of(replies))
    assert refused() == {"cases"}
    assert Bundle.objects.count() == 1


def test_who_may_ask_and_for_which_cases(world: World, replies: list[Reply]) -> None:
    for person in (world.minjian_contact, world.member_user, world.nobody, world.admin):
        with pytest.raises(NotAllowed):
            asked(person, cases_of(replies))
    with pytest.raises(InvalidInput):
        asked(world.scj_clerk, cases_of(replies))  # no case of theirs
    bundle = asked(world.gaj_clerk, cases_of(replies))  # helps in all three
    assert bundle.selection == [reply.proposal_id for reply in replies]
    assert bundle.session == world.session


def test_a_book_is_for_the_offices_alone(world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bundle_makers.MAKERS, "book", Maker(lambda work: None, ("pdf",), has_grouping=True))
    wanted: dict[str, Any] = {"kind": "book", "formats": ["pdf"], "cases": [replies[0].proposal_id], "key": "k"}
    with pytest.raises(NotAllowed):
        ask_for_bundle(world.sfj_clerk, **wanted)
    assert set(bundling.offered_to(world.sfj_clerk)) == {"letters"}
    bundle = ask_for_bundle(world.office_staff, grouping="topic", **wanted)
    assert bundle.grouping == "topic"


def test_no_event_is_written_and_the_log_says_who(
    world: World, replies: list[Reply], caplog: pytest.LogCaptureFixture
) -> None:
    before = Event.objects.count()
    with caplog.at_level("INFO"):
        bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    assert Event.objects.count() == before
    assert f"bundle {bundle.pk}: letters, 3 cases, account {world.committee_staff.pk}" in caplog.text
    assert world.committee_staff.display_name not in caplog.text


def test_of_two_workers_one_makes_it(world: World, replies: list[Reply]) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    assert JOBS.claim(bundle.pk) is not None
    assert not make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.attempts, stored()) == ("running", 1, [])


def test_a_worker_that_died_costs_a_lease_and_no_letter_twice(
    world: World, replies: list[Reply], typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    made = bundle_letters._make

    def dies_at_the_third(pk: int, file_format: Any) -> None:
        if pk == replies[2].pk:
            raise KeyboardInterrupt
        made(pk, file_format)

    monkeypatch.setattr(bundle_letters, "_make", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        make_bundle(bundle.pk)
    monkeypatch.setattr(bundle_letters, "_make", made)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done, bundle.total, len(typesetter.made)) == ("running", 2, 3, 2)
    assert sweep() == 0
    with clock.at(clock.now() + LEASE + timedelta(seconds=1)):
        assert sweep() == 1  # here a task runs where it is sent
        assert not make_bundle(bundle.pk)
    content_of(bundle)
    assert (len(typesetter.made), bundle.attempts, len(stored())) == (3, 2, 1)
    assert Notice.objects.filter(recipient=world.committee_staff).count() == 1


def test_who_has_lost_the_lease_stops_and_writes_nothing(
    world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    made = bundle_letters._make

    def is_slow(pk: int, file_format: Any) -> None:
        made(pk, file_format)
        Bundle.objects.update(lease_until=clock.now() + timedelta(hours=1), attempts=2)  # another has taken it up

    monkeypatch.setattr(bundle_letters, "_make", is_slow)
    assert not make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done, bundle.attempts) == ("running", 0, 2)
    assert not stored()
    assert not Notice.objects.filter(recipient=world.committee_staff).exists()


def test_a_file_stored_too_late_is_no_row(world: World, replies: list[Reply]) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    lease = JOBS.claim(bundle.pk)
    assert lease is not None
    work = BundleWork(bundle, lease)
    Bundle.objects.filter(pk=bundle.pk).delete()
    with pytest.raises(LeaseLost):
        work.store(io.BytesIO(b"late"), file_format="zip", name="late.zip")
    assert not stored()
    assert not BundleFile.objects.exists()


def test_a_long_run_gives_its_turn_back_and_goes_on(
    world: World, replies: list[Reply], typesetter: Typesetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    monkeypatch.setattr(bundle_work, "SHIFT", timedelta(seconds=-1))
    sent: list[int] = []
    monkeypatch.setattr(task, "apply_async", lambda args, **options: sent.append(args[0]))
    for done in (1, 2, 3):
        assert not make_bundle(bundle.pk)
        bundle.refresh_from_db()
        assert (bundle.state, bundle.attempts, bundle.done, len(typesetter.made)) == ("queued", 0, done, done)
    assert sent == [bundle.pk] * 3
    assert make_bundle(bundle.pk)
    content_of(bundle)
    assert len(typesetter.made) == 3


def test_finished_volumes_are_not_made_again(
    world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def two_volumes(work: BundleWork) -> None:
        for number in (1, 2):
            if work.finished("pdf", number) is None:
                made.append(number)
                content = io.BytesIO(f"volume {number}".encode())
                name = f"第{number}册.pdf"
                work.store(content, file_format="pdf", number=number, name=name, pages=9, first_page=9 * number - 8)
                work.report(number, 2)
                if len(made) == 1:
                    raise OSError(errno.EIO, "the disk hiccups")

    monkeypatch.setitem(bundle_makers.MAKERS, "book", Maker(two_volumes, ("pdf",)))
    cases = [reply.proposal_id for reply in replies]
    bundle = ask_for_bundle(world.committee_staff, kind="book", formats=["pdf"], cases=cases, key="k")
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "failed"
    retry_bundle(world.committee_staff, bundle=bundle)
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.done, bundle.total, made) == ("ready", 2, 2, [1, 2])
    assert [(row.number, row.first_page) for row in bundle.files.all()] == [(1, 1), (2, 10)]


def test_the_broker_down_costs_a_delay(
    world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(task, "apply_async", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        bundle = asked(world.committee_staff, cases_of(replies))
    assert bundle.state == "queued"
    sent: list[int] = []
    monkeypatch.setattr(task, "apply_async", lambda args, **options: sent.append(args[0]))
    assert sweep() == 0
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert sweep() == 1
    assert sent == [bundle.pk]


def test_a_full_disk_is_told_and_leaves_no_half_file(
    world: World, replies: list[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    bundle = asked(world.committee_staff, cases_of(replies))
    with monkeypatch.context() as patch:
        patch.setattr(bundle_work, "save_whole", full)
        make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.error) == ("failed", "磁盘空间不足，文件没有存下。请管理员清理后重试。")
    assert not stored()
    retry_bundle(world.committee_staff, bundle=bundle)
    with pytest.raises(WrongStage):
        retry_bundle(world.committee_staff, bundle=bundle)
    make_bundle(bundle.pk)
    content_of(bundle)


def test_one_that_kills_its_workers_is_given_up_and_the_operator_may_try_again(
    world: World, replies: list[Reply]
) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    Bundle.objects.update(state="running", attempts=MAX_ATTEMPTS, lease_until=clock.now() - timedelta(seconds=1))
    assert sweep() == 0
    (row,) = given_up(JOBS)
    assert (row.pk, row.reason) == (bundle.pk, "连续5次没有完成，已停止。请重试，或缩小范围。")
    assert Notice.objects.get(recipient=world.committee_staff).text.startswith("没有做成（连续5次没有完成")
    try_again(world.admin, kind=JOBS, pk=bundle.pk)
    make_bundle(bundle.pk)
    content_of(bundle)


def test_a_batch_removed_by_its_owner_is_gone_with_its_files(
    world: World, replies: list[Reply], django_capture_on_commit_callbacks: Any
) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    assert len(stored()) == 1
    with pytest.raises(WrongStage):
        delete_bundle(world.committee_colleague, bundle=bundle)
    with django_capture_on_commit_callbacks(execute=True):
        delete_bundle(world.committee_staff, bundle=bundle)
    assert not stored()
    assert not Path(default_storage.path(folder_of(bundle.pk))).exists()
    assert not Bundle.objects.exists()
    assert RenderedDocument.objects.filter(state="ready").count() == 3  # the letters stay


def test_files_go_when_their_day_has_passed_and_the_row_says_so(
    world: World, replies: list[Reply], settings: Any
) -> None:
    settings.BUNDLE_DAYS = 7
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    with clock.at(clock.now() + timedelta(days=7)):
        assert remove_expired() == 0
    assert len(stored()) == 1
    with clock.at(clock.now() + timedelta(days=8)):
        assert remove_expired() == 1
        assert remove_expired() == 0
    bundle.refresh_from_db()
    (file,) = bundle.files.all()
    assert (bundle.state, bool(file.file), file.size > 0, stored()) == ("ready", False, True, [])
    assert bundle.removed_at is not None
    assert verify_files().faults == []


def test_missing_and_altered_files_are_found(world: World, replies: list[Reply]) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    assert verify_files().faults == []
    (path,) = stored()
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert verify_files().faults == [
        f"汇编与打包的文件 {bundle.files.get().pk}：bundles/{bundle.pk}/{path.name} 内容与登记的校验值不一致"
    ]
    path.unlink()
    assert "文件缺失" in verify_files().faults[0]


def test_three_hundred_letters_are_packed_one_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 300_000

    def big(letter: Letter, **limits: object) -> Pdf:
        seed = hashlib.sha256(letter.body[0].paragraphs[0].encode()).digest()
        return Pdf(content=hashlib.shake_256(seed).digest(size), pages=1, engine="test")

    monkeypatch.setattr(rendering, "render_in_process", big)
    made = [signed_reply(world, value=f"{n:03}", extra=f"第{n}份。", is_rendered=False) for n in range(100, 400)]
    bundle = asked(world.committee_staff, cases_of(made))
    tracemalloc.start()
    try:
        make_bundle(bundle.pk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    bundle.refresh_from_db()
    assert bundle.files.get().size > 300 * size  # nothing of it is compressed away
    assert peak < 30_000_000
