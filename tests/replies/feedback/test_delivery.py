"""Every proposer and every name of the copies list gets the letter; who opened it first is known to the bureau."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Event, Notice
from replies.models import Delivery, Reply
from replies.services.delivering import record_reading
from replies.services.issuing import issue_reply
from tests.replies.cases import signed_reply
from tests.world import World


def issued(world: World) -> Reply:
    """A letter to 民建 and a member, copied to both offices, a bureau, and somebody outside the portal."""
    reply = signed_reply(world, proposers=(world.minjian, world.member))
    Reply.objects.filter(pk=reply.pk).update(copies="市政协提案委、市政府督查室、盘锦市公安局、市委办")
    return issue_reply(world.sfj_clerk, reply=reply)


def test_each_proposer_and_each_name_of_the_copies_list_gets_one(world: World) -> None:
    rows = Delivery.objects.filter(reply=issued(world)).values_list("name", "proposer", "bureau")
    assert set(rows) == {
        ("民建盘锦市委员会", world.minjian.pk, None),
        ("赵青禾", world.member.pk, None),
        ("市政协提案委", None, world.committee.pk),
        ("市政府督查室", None, world.supervision.pk),
        ("盘锦市公安局", None, world.gaj.pk),
        ("市委办", None, None),
    }
    assert Notice.objects.filter(recipient=world.gaj_clerk, text__contains="抄送").exists()


def test_the_first_to_open_the_letter_is_kept_and_nobody_after_him(world: World, client: Client) -> None:
    reply = issued(world)
    page = reverse("reply-detail", args=[reply.pk])
    for who in (world.sfj_clerk, world.sfj_leader, world.member_user, world.member_user):
        client.force_login(who)
        assert client.get(page).status_code == 200
    read = Delivery.objects.exclude(read_at=None)
    assert [(row.name, row.read_by) for row in read] == [("赵青禾", world.member_user)]
    events = Event.objects.filter(proposal=reply.proposal, kind="read_letter")
    assert [event.text for event in events] == [f"赵青禾首次打开答复函{reply.document_number}"]


@pytest.mark.parametrize(("who", "sees"), [("sfj_clerk", True), ("office_staff", True), ("minjian_contact", False)])
def test_the_bureau_and_the_offices_see_who_has_read(world: World, client: Client, who: str, sees: bool) -> None:
    reply = issued(world)
    record_reading(world.member_user, reply)
    client.force_login(getattr(world, who))
    shown = client.get(reverse("reply-detail", args=[reply.pk])).content.decode()
    assert ("送达与阅读" in shown) == sees


def test_before_issue_nothing_is_read(world: World) -> None:
    reply = signed_reply(world)
    record_reading(world.office_staff, reply)
    assert not Event.objects.filter(kind="read_letter").exists()
