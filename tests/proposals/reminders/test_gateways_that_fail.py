"""WeCom, DingTalk and SMS gateways that time out, break, or refuse inside a good answer: tried again with the same
number, given up in the end, and neither portal nor mail ever waits for them or says anything twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.wecombot import NotifyWeComBot
from django.core import mail

from panjin_portal.lib import clock
from proposals.models import Channel, Notice, OutgoingMail, Reminder
from proposals.services import mailing
from proposals.services.gateway_answers import is_refusal, without_rule
from proposals.services.gateways import choose_addresses
from proposals.services.mailing import MOST_ATTEMPTS, PAUSES, send_pending
from proposals.services.notice_mails import write_mail
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db

ADDRESSES = {Channel.SMS: "13900000001", Channel.DINGTALK: "13900000002", Channel.WECOM: "0a1b-2c3d-key"}
PATHS = {Channel.SMS: "/sms", Channel.DINGTALK: "/robot/send", Channel.WECOM: "/cgi-bin/webhook/send"}
PATIENCE = 0.3  # seconds the library waits for an answer in these tests


class Gateway(ThreadingHTTPServer):
    """Answers as it is told; ``asked``: how often at each path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.wait = 200, '{"errcode": 0, "errmsg": "ok"}', 0.0
        self.asked: Counter[str] = Counter()

    def get_well(self) -> None:
        self.status, self.body, self.wait = 200, '{"errcode": 0}', 0.0


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked[self.path.partition("?")[0]] += 1
        time.sleep(self.server.wait)
        try:
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.body.encode())
        except OSError:
            return  # nobody waits any more

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    server = Gateway()
    Thread(target=server.serve_forever, daemon=True).start()
    home = f"http://127.0.0.1:{server.server_address[1]}"
    patience = f"rto={PATIENCE}&cto={PATIENCE}"
    settings.GATEWAY_URLS = {
        "sms": f"json://{home.removeprefix('http://')}/sms?:to={{address}}&+Message-Id={{message_id}}&{patience}",
        "dingtalk": f"dingtalk://abcdef0123456789/{{address}}?{patience}",
        "wecom": f"wecombot://{{address}}/?{patience}",
    }
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"{home}{PATHS[Channel.DINGTALK]}?access_token={{token}}")
    monkeypatch.setattr(NotifyWeComBot, "notify_url", f"{home}{PATHS[Channel.WECOM]}?key={{key}}")
    yield server
    server.shutdown()
    server.server_close()


def at(moment: datetime) -> None:
    with clock.at(moment):
        remind()
        send_pending()


def fail(gateway: Gateway, how: str) -> None:
    if how == "time out":
        gateway.wait = PATIENCE * 3
    elif how == "break":
        gateway.status = 500
    elif how == "refuse inside an answer":
        gateway.body = '{"errcode": 310000, "errmsg": "keywords not in content"}'
    else:
        gateway.shutdown()
        gateway.server_close()


@pytest.mark.parametrize("channel", list(ADDRESSES))
@pytest.mark.parametrize("how", ["time out", "break", "refuse inside an answer", "be gone"])
def test_a_failure_is_tried_again_and_holds_up_nothing_else(
    world: World, gateway: Gateway, channel: Channel, how: str
) -> None:
    running(world)
    choose_addresses(world.gaj_clerk, addresses={channel: ADDRESSES[channel]})
    fail(gateway, how)

    at(morning(DUE))

    row = OutgoingMail.objects.get(channel=channel)
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "GatewayRefused")
    assert len(mail.outbox) == OutgoingMail.objects.filter(channel="mail", state="sent").count() > 0
    assert Notice.objects.filter(recipient=world.gaj_clerk, reminder__isnull=False).count() == 1
    number, ledger = row.message_id, Reminder.objects.count()
    if how != "be gone":
        gateway.get_well()
        at(morning(DUE) + PAUSES[0])
        at(morning(DUE) + PAUSES[0] + timedelta(hours=1))
        row.refresh_from_db()
        assert (row.state, row.attempts, row.message_id) == ("sent", 2, number)
        assert gateway.asked == {PATHS[channel]: 2}

    assert Reminder.objects.count() == ledger
    assert Notice.objects.filter(recipient=world.gaj_clerk, reminder__isnull=False).count() == 1
    assert len(mail.outbox) == OutgoingMail.objects.filter(channel="mail").count()


@pytest.mark.parametrize("channel", list(ADDRESSES))
def test_what_is_taken_is_sent_once(world: World, gateway: Gateway, channel: Channel) -> None:
    running(world)
    choose_addresses(world.gaj_clerk, addresses={channel: ADDRESSES[channel]})

    at(morning(DUE))
    at(morning(DUE) + timedelta(hours=2))

    assert gateway.asked == {PATHS[channel]: 1}
    assert OutgoingMail.objects.get(channel=channel).state == "sent"


def test_a_gateway_that_always_refuses_is_given_up_and_the_mail_is_not(world: World, gateway: Gateway) -> None:
    running(world)
    choose_addresses(world.gaj_clerk, addresses={Channel.DINGTALK: ADDRESSES[Channel.DINGTALK]})
    fail(gateway, "refuse inside an answer")
    moment = morning(DUE)
    for pause in (timedelta(), *PAUSES):
        moment += pause
        with clock.at(moment):
            remind() if pause == timedelta() else None
            send_pending()

    row = OutgoingMail.objects.get(channel="dingtalk")
    assert (row.state, row.attempts) == ("failed", MOST_ATTEMPTS)
    assert gateway.asked[PATHS[Channel.DINGTALK]] == MOST_ATTEMPTS
    assert not OutgoingMail.objects.filter(channel="mail").exclude(state="sent", attempts=1).exists()


def test_what_piles_up_for_a_dead_gateway_stands_in_no_mail_s_way(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "BATCH", 4)
    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: ADDRESSES[Channel.SMS]})
    fail(gateway, "break")
    with clock.at(morning(DUE)):
        for _ in range(10):
            write_mail(world.gaj_clerk.pk, "提醒", "短信", channel=Channel.SMS)
        write_mail(world.gaj_clerk.pk, "提醒", "邮件")

        send_pending()

    assert len(mail.outbox) == 1
    assert gateway.asked == {PATHS[Channel.SMS]: mailing.IN_A_ROW}  # after so many it is out of order for this run


@pytest.mark.parametrize(
    ("body", "refuses"),
    [
        ('{"errcode": 0}', False),
        ('{"errcode": "0"}', False),
        ('{"errcode": 93000, "errmsg": "invalid webhook url"}', True),
        ('{"success": false}', True),
        ('{"success": true}', False),
        ("OK", False),
        ("[1]", False),
        ("", False),
    ],
)
def test_a_refusal_is_read_out_of_the_answer(body: str, refuses: bool) -> None:
    assert is_refusal(body) is refuses


@pytest.mark.parametrize(
    ("body", "is_taken"),
    [
        ('{"data": [{"code": "OK"}]}', True),
        ('{"data": [{"code": 0}]}', True),
        ('{"data": [{"code": true}]}', True),
        ('{"data": [{"code": "isv.BUSINESS_LIMIT_CONTROL"}]}', False),
        ('{"data": []}', False),
        ('{"data": {"0": {"code": "OK"}}}', True),
        ('{"code": "OK"}', False),
        ("OK", False),
        ("", False),
    ],
)
def test_the_settings_name_the_words_of_a_success(body: str, is_taken: bool) -> None:
    _, taken = without_rule("json://gateway/sms?:to={address}&taken=data.0.code:OK,0,true&rto=1")
    assert taken is not None
    assert taken.is_said(body) is is_taken


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("json://g/sms?taken=code:0", "json://g/sms"),
        ("json://g/sms?taken=code:0&:to={address}", "json://g/sms?:to={address}"),
        ("json://g/sms?:to={address}&taken=code:0", "json://g/sms?:to={address}"),
        ("json://g/sms?:to={address}&taken=code:0&rto=1", "json://g/sms?:to={address}&rto=1"),
        ("json://g/sms?:mistaken=code:0", "json://g/sms?:mistaken=code:0"),
    ],
)
def test_the_gateway_is_not_told_of_them(written: str, asked: str) -> None:
    assert without_rule(written)[0] == asked


def test_a_gateway_with_words_of_its_own_is_understood(world: World, gateway: Gateway, settings: Any) -> None:
    settings.GATEWAY_URLS["sms"] += "&taken=code:0"
    running(world)
    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: ADDRESSES[Channel.SMS]})
    gateway.body = '{"code": 42, "message": "balance exhausted"}'
    at(morning(DUE))
    row = OutgoingMail.objects.get(channel="sms")
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "GatewayRefused")

    gateway.body = '{"code": 0}'
    at(morning(DUE) + PAUSES[0])
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)
