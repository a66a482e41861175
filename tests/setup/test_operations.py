"""The operator's page and ``/healthz/queues``: what is silent, what waits, what failed, and putting it back in line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from panjin_portal.celery import app
from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from panjin_portal.queues import QUEUES
from proposals.models import Event, OutgoingMail, TaskRun, User
from proposals.services import task_runs
from replies.models import RenderedDocument
from replies.services.rendering import LEASE
from tests.replies.cases import signed_reply
from tests.world import World

pytestmark = pytest.mark.django_db
QUERIES = 12  # log-in and user 1, runs 1, four kinds of rows and mails 5, four lists of failures 4, failed mails 1


@pytest.fixture
def page() -> str:
    return reverse("admin:operations")


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator", password="x", display_name="管理员"))
    return client


@pytest.fixture
def failed(world: World) -> RenderedDocument:
    document = signed_reply(world, is_rendered=False).documents.get()
    RenderedDocument.objects.update(state="failed", error="内存不足，文件没有生成。", attempts=3)
    document.refresh_from_db()
    return document


def all_heard() -> None:
    for queue in QUEUES:
        task_runs.heard(queue)


def test_a_machine_that_watches_is_told_what_is_silent(client: Client) -> None:
    all_heard()
    assert (client.get("/healthz/queues").status_code, client.get("/healthz/queues").content) == (200, b"ok\n")

    TaskRun.objects.filter(name=task_runs.heartbeat_name("documents")).update(ended_at=now() - timedelta(seconds=301))
    answer = client.get("/healthz/queues")

    assert (answer.status_code, answer.content) == (503, b"documents: no heartbeat\n")


def test_a_portal_whose_clock_never_struck_is_not_well(client: Client) -> None:
    assert client.get("/healthz/queues").content.count(b"no heartbeat") == len(QUEUES)


def test_a_row_that_waits_too_long_is_told_without_its_name(client: Client, world: World) -> None:
    all_heard()
    document = signed_reply(world, is_rendered=False).documents.get()
    assert client.get("/healthz/queues").status_code == 200

    RenderedDocument.objects.update(queued_at=now() - timedelta(minutes=16))
    answer = client.get("/healthz/queues")

    assert (answer.status_code, answer.content) == (503, b"documents: waiting for more than 900 s\n")
    assert document.file_name not in answer.content.decode()


def test_a_mail_that_waits_for_its_next_attempt_is_not_late(client: Client, world: World) -> None:
    all_heard()
    mail = OutgoingMail.objects.create(
        recipient=world.sfj_clerk, message_id="<a@b>", subject="提醒", created_at=now(), next_try_at=now()
    )
    with clock.at(now() + timedelta(minutes=16)):
        all_heard()
        assert client.get("/healthz/queues").content == b"mails: waiting for more than 900 s\n"
        OutgoingMail.objects.filter(pk=mail.pk).update(next_try_at=now() + timedelta(hours=2))
        assert client.get("/healthz/queues").content == b"ok\n"


def test_the_page_says_which_queue_is_silent_and_what_to_look_at(operator: Client, page: str) -> None:
    all_heard()
    TaskRun.objects.filter(name=task_runs.heartbeat_name("imports")).delete()

    text = operator.get(page).content.decode()

    assert text.count("✗ 没有心跳") == 1
    assert "“读取导入文件”五分钟没有心跳" in text
    assert "从未收到" in text


def test_the_page_answers_with_the_broker_down(operator: Client, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("password of the broker")

    monkeypatch.setattr(app, "connection_for_read", refuse)

    answer = operator.get(page)

    assert answer.status_code == 200
    assert answer.content.decode().count("消息服务没有回答") == len(QUEUES)
    assert b"of the broker" not in answer.content


def test_the_page_costs_the_same_whatever_there_is(
    operator: Client, page: str, failed: RenderedDocument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    operator.get(page)  # the first request of a session writes it
    with django_assert_num_queries(QUERIES):
        operator.get(page)


def test_a_failed_file_is_put_back_in_line_once_and_it_is_told_who_did(
    operator: Client,
    page: str,
    failed: RenderedDocument,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert "内存不足" in operator.get(page).content.decode()
    address = reverse("admin:operations-retry", args=["documents", failed.pk])

    with django_capture_on_commit_callbacks(execute=True):
        assert operator.post(address).status_code == 302

    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("ready", 1), "the task ran with all its attempts before it"
    assert operator.post(address).status_code == 409
    event = Event.objects.get(kind="requeue")
    assert (str(event.actor), event.proposal) == ("管理员", None)
    assert f"编号{failed.pk}" in event.text


def test_what_is_being_done_is_not_put_back(operator: Client, failed: RenderedDocument) -> None:
    RenderedDocument.objects.update(state="running", lease_until=now() + LEASE)

    assert operator.post(reverse("admin:operations-retry", args=["documents", failed.pk])).status_code == 409
    assert not Event.objects.filter(kind="requeue").exists()


def test_a_failing_task_is_shown_until_it_works_again(operator: Client, page: str) -> None:
    begun = now()
    task_runs.begun("proposals.tasks.scan_reminders")
    task_runs.failed("proposals.tasks.scan_reminders", ValueError("somebody@example.org"))
    task_runs.failed("proposals.tasks.scan_reminders", ValueError("somebody@example.org"))

    text = operator.get(page).content.decode()
    assert "✗ 连续 2 次：ValueError" in text
    assert "somebody@" not in text

    task_runs.ended("proposals.tasks.scan_reminders", since=begun)
    text = operator.get(page).content.decode()
    assert "其后正常" in text
    assert "✗ 连续" not in text


def test_somebody_without_the_right_is_refused(client: Client, page: str, failed: RenderedDocument) -> None:
    helper = User.objects.create_user("helper", password="x", display_name="协助", is_staff=True)
    client.force_login(helper)

    assert client.get(page).status_code == 403
    assert client.post(reverse("admin:operations-retry", args=["documents", failed.pk])).status_code == 403
    failed.refresh_from_db()
    assert failed.state == "failed"
