"""Handing a message to a chat or SMS gateway through the notification library, which knows their protocols."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import apprise
from django.conf import settings
from django.db import transaction

from proposals.models import Channel, GatewayAddress, OutgoingMail, User
from proposals.services.events import record_site_event
from proposals.services.gateway_answers import is_refusal, overheard, without_rule


class GatewayRefused(Exception):
    """The gateway did not take the message, could not be reached in time, or refused inside its answer."""


def address_of(message: OutgoingMail) -> str:
    """Where the recipient wants it; empty when he gave the channel up, or the installation did."""
    if not settings.GATEWAY_URLS.get(message.channel):
        return ""
    kept = GatewayAddress.objects.filter(user=message.recipient_id, channel=message.channel)
    return kept.values_list("address", flat=True).first() or ""


def deliver(message: OutgoingMail, address: str) -> None:
    """One attempt. ``{message_id}`` in the configured address lets a gateway know a repetition as such, and ``taken=``
    names the words of its success.

    GatewayRefused when it was not taken.
    """
    filled, taken = without_rule(settings.GATEWAY_URLS[message.channel])
    for name, value in (("address", address), ("message_id", message.message_id.strip("<>"))):
        filled = filled.replace(f"{{{name}}}", quote(value, safe=""))
    gateway = apprise.Apprise()
    if not gateway.add(filled):
        raise GatewayRefused(message.channel)
    with overheard(gateway) as answers:
        is_taken = bool(gateway.notify(title=message.subject, body=message.body, body_format="text"))
    if taken is not None:
        is_taken = is_taken and bool(answers) and all(map(taken.is_said, answers))
    if not is_taken or any(map(is_refusal, answers)):
        raise GatewayRefused(message.channel)


def addresses_of(person: User) -> dict[str, str]:
    """Where ``person`` wants reminders beside portal and mail, by gateway (one query)."""
    return dict(GatewayAddress.objects.filter(user=person).values_list("channel", "address"))


@transaction.atomic
def choose_addresses(person: User, *, addresses: Mapping[Channel, str]) -> None:
    """Keep where ``person`` wants reminders; an empty address gives that gateway up. Others stay as they are.

    The event names the channels and no address. It moves the head of the site chain, so that what was said of today is
    looked at anew for the new channel.
    """
    kept = addresses_of(person)
    changed = {channel: address for channel, address in addresses.items() if kept.get(channel, "") != address}
    for channel, address in changed.items():
        if address:
            GatewayAddress.objects.update_or_create(user=person, channel=channel, defaults={"address": address})
        else:
            GatewayAddress.objects.filter(user=person, channel=channel).delete()
    if changed:
        data = {"user": person.pk, "channels": sorted(channel.value for channel in changed)}
        record_site_event(person, kind="choose_channels", text=f"用户{person.pk}改动提醒渠道", data=data)
