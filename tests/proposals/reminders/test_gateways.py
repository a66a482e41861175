"""Reminders over chat and SMS gateways, against a server of our own that answers like them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Channel, GatewayAddress, OutgoingMail, Reminder
from proposals.services.gateways import choose_addresses
from proposals.services.mailing import PAUSES, send_pending
from proposals.services.reminding import remind
from tests.proposals.reminders.clocks import DUE, case, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db


class Gateway(ThreadingHTTPServer):
    """Keeps what it is sent; refuses while ``status`` says so."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.taken: list[tuple[str, dict[str, Any], dict[str, str]]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.taken.append((self.path, body, dict(self.headers)))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0}')

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def gateway(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    server = Gateway()
    Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    settings.GATEWAY_URLS = {
        "sms": f"json://127.0.0.1:{port}/sms?:to={{address}}&+Message-Id={{message_id}}",
        "dingtalk": "dingtalk://abcdef0123456789/{address}",
        "wecom": "",
    }
    monkeypatch.setattr(NotifyDingTalk, "notify_url", f"http://127.0.0.1:{port}/robot/send?access_token={{token}}")
    yield server
    server.shutdown()
    server.server_close()


def run(after: timedelta = timedelta()) -> None:
    with clock.at(morning(DUE) + after):
        remind()
        send_pending()


def test_a_reminder_goes_over_the_gateways_a_person_chose(world: World, gateway: Gateway) -> None:
    running(world)
    running(world, due_on=DUE + timedelta(days=3), proposal=case(world, "006"))
    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: "13900000001", Channel.DINGTALK: "13900000002"})

    run()
    run(timedelta(hours=1))

    (ding, sms) = sorted(gateway.taken, key=lambda taken: taken[0])
    rows = {row.channel: row for row in OutgoingMail.objects.all()}
    assert ding[1]["at"]["atMobiles"] == ["13900000002"]
    assert "答复今天到期（2022-08-19）：第005号" in str(ding[1])
    assert (sms[1]["to"], sms[1]["title"]) == ("13900000001", "提案办理提醒：今天到期1件，以后到期1件")
    assert "第005号" not in sms[1]["message"]  # a phone gets the counts and the way to the rest
    assert sms[2]["Message-Id"] == rows["sms"].message_id.strip("<>")
    assert {channel: row.state for channel, row in rows.items()} == dict.fromkeys(("mail", "sms", "dingtalk"), "sent")
    assert Reminder.objects.filter(channel="sms", mail=rows["sms"]).count() == 2
    assert Reminder.objects.count() == 8


def test_a_gateway_that_refuses_is_tried_again_with_the_same_number(world: World, gateway: Gateway) -> None:
    running(world)
    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: "13900000001"})
    gateway.status = 503

    run()
    row = OutgoingMail.objects.get(channel="sms")
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "GatewayRefused")
    assert OutgoingMail.objects.get(channel="mail").state == "sent"  # it holds up nothing else
    gateway.status = 200
    run(PAUSES[0])

    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 2)
    assert len({headers["Message-Id"] for _, _, headers in gateway.taken}) == 1


def test_a_gateway_that_is_switched_off_or_given_up_gets_nothing(world: World, gateway: Gateway, settings: Any) -> None:
    running(world)
    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: "13900000001", Channel.DINGTALK: "13900000002"})
    choose_addresses(world.gaj_clerk, addresses={Channel.DINGTALK: ""})
    settings.GATEWAY_URLS = {}

    run()

    assert gateway.taken == []
    assert set(Reminder.objects.values_list("channel", flat=True)) == {"portal", "mail"}


def test_a_person_enters_an_address_where_there_is_a_gateway(world: World, gateway: Gateway, client: Client) -> None:
    client.force_login(world.gaj_clerk)
    page, given = reverse("notice-settings"), {"choice": "digest", "sms": "139", "dingtalk": ""}

    refused = client.post(page, given)
    assert refused.status_code in (200, 400, 422)
    assert "请填写11位手机号。" in refused.content.decode()
    assert "提醒同时发短信" in refused.content.decode()
    for odd, said in (("13９００００１１１１", "请填写11位手机号。"), ("13900000001\x00", "看不见的控制字符")):
        assert said in client.post(page, given | {"sms": odd}).content.decode()
    assert not GatewayAddress.objects.exists()
    client.post(page, given | {"sms": "13900000001"})

    assert GatewayAddress.objects.get().address == "13900000001"
    shown = client.get(page).content.decode()
    assert 'value="13900000001"' in shown
    assert "企业微信" not in shown  # this installation has none
