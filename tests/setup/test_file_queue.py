"""The queue of the local mode: a message is there whole or not at all, and a damaged one ends nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from panjin_portal.filequeue import Channel

MESSAGES = 500


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def connect(folder: Path) -> Connection:
    """A connection to a queue below ``folder``."""
    messages = str(folder / "messages")
    options = {"data_folder_in": messages, "data_folder_out": messages, "control_folder": str(folder / "control")}
    return Connection("filesystem://localhost", transport_options=options)


@pytest.fixture
def channel(folder: Path) -> Iterator[Any]:
    with connect(folder) as connection:
        yield connection.channel()


def test_the_local_queue_is_ours(channel: Any) -> None:
    assert type(channel) is Channel


def test_a_reader_never_meets_a_half_written_message(folder: Path, channel: Any) -> None:
    def put_all() -> None:
        with connect(folder) as connection:
            writer: Any = connection.channel()
            for number in range(MESSAGES):
                writer._put("celery", {"number": number})
                time.sleep(0.002)  # a queue that is empty again: the reader waits for each message

    writing = threading.Thread(target=put_all)
    writing.start()
    seen: set[int] = set()
    while len(seen) < MESSAGES:
        try:
            seen.add(channel._get("celery")["number"])
        except Empty:
            assert writing.is_alive() or any((folder / "messages").iterdir()), "a message was lost"
    writing.join()
    assert seen == set(range(MESSAGES))


def test_a_damaged_message_is_dropped_and_the_next_one_read(folder: Path, channel: Any) -> None:
    (folder / "messages" / "0_damaged.celery.msg").touch()
    channel._put("celery", {"number": 1})

    assert channel._get("celery") == {"number": 1}
    with pytest.raises(Empty):
        channel._get("celery")


def test_many_that_start_at_once_keep_each_others_bindings(folder: Path) -> None:
    start = threading.Barrier(8)

    def bind(number: int) -> None:
        with connect(folder) as connection:
            channel: Any = connection.channel()
            start.wait()
            channel._queue_bind("celery", "celery", "", f"queue{number}")

    people = [threading.Thread(target=bind, args=(number,)) for number in range(8)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    with connect(folder) as connection:
        channel: Any = connection.channel()
        assert {row.queue for row in channel.get_table("celery")} == {f"queue{number}" for number in range(8)}
