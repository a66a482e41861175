"""Every save leaves a revision; earlier texts can be compared and brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import SHANGHAI
from proposals.errors import NotAllowed, WrongStage
from replies.models import Reply
from replies.queries import outline_of
from replies.services.restoring import restore_revision
from replies.services.revisions import text_of
from replies.services.saving import Part, SectionText, save_parts
from replies.services.sections import Add, add_section, delete_section
from replies.structure.outline import to_text
from tests.replies.drafting.case import drafted, reviewing, write
from tests.world import World

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


def _autosave(world: World, reply: Reply, words: str, who: str = "sfj_clerk") -> None:
    section = reply.sections.get()
    part = Part(f"s{section.pk}", section.version, SectionText(body=words))
    save_parts(getattr(world, who), reply=reply, parts=[part], autosave=True)


def test_autosaves_of_one_author_within_ten_minutes_share_a_revision(
    world: World, clock_at: Callable[[datetime], None]
) -> None:
    reply = drafted(world)
    before = reply.revisions.count()
    for minutes in (0, 4, 9):
        clock_at(MORNING + timedelta(minutes=minutes))
        _autosave(world, reply, f"第{minutes}分钟。")
    assert reply.revisions.count() == before + 1
    assert "第9分钟。" in text_of(reply.revisions.first().outline)  # type: ignore[union-attr]
    clock_at(MORNING + timedelta(minutes=11))
    _autosave(world, reply, "第十一分钟。")
    assert reply.revisions.count() == before + 2


def test_autosaves_of_two_people_stay_apart(world: World) -> None:
    reply = drafted(world)
    before = reply.revisions.count()
    _autosave(world, reply, "甲的文字。")
    _autosave(world, reply, "乙的文字。", "sfj_clerk_colleague")
    assert reply.revisions.count() == before + 2


def test_an_earlier_text_comes_back_whole_and_the_later_one_is_kept(world: World) -> None:
    reply = drafted(world)
    top = reply.sections.get()
    child = add_section(world.sfj_clerk, reply=reply, where=Add.CHILD, beside=top.pk)
    write(world, child, heading="下级", body="下级的文字。", asks=[2])
    wanted = reply.revisions.first()
    assert wanted is not None
    whole = to_text(outline_of(reply))
    top.refresh_from_db()
    delete_section(world.sfj_clerk, section=top, seen_version=top.version)
    restore_revision(world.sfj_clerk, reply=reply, revision=wanted)
    assert to_text(outline_of(Reply.objects.get())) == whole
    assert list(reply.sections.get(heading="下级").asks.values_list("position", flat=True)) == [2]
    latest = reply.revisions.first()
    assert latest is not None
    assert latest.reason == f"恢复第{wanted.number}稿"


def test_restoring_goes_through_a_page_that_says_what_happens(world: World, client: Client) -> None:
    reply = drafted(world)
    client.force_login(world.sfj_clerk_colleague)
    url = reverse("reply-restore", args=[reply.pk, 1])
    assert "现在的文字不会丢失" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert not reply.sections.exists()


def test_the_history_page_marks_what_changed(world: World, client: Client) -> None:
    reply = drafted(world)
    write(world, reply.sections.get(), heading="执法信息平台已经联通", body="换了一种说法。")
    client.force_login(world.sfj_clerk)
    html = client.get(reverse("reply-history", args=[reply.pk])).content.decode()
    assert "换了一种说法。" in html
    assert "全市执法单位的信息已汇入一个平台。" in html
    assert client.get(reverse("reply-history", args=[reply.pk]), {"a": "1", "b": "3"}).status_code == 200
    assert client.get(reverse("reply-history", args=[reply.pk]), {"a": "x", "b": "９"}).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("sfj_reviewer", 200), ("gaj_clerk", 404), ("office_staff", 404)])
def test_earlier_texts_are_for_the_own_bureau(world: World, client: Client, who: str, status: int) -> None:
    reply = drafted(world)
    client.force_login(getattr(world, who))
    assert client.get(reverse("reply-history", args=[reply.pk])).status_code == status


def test_nothing_is_restored_by_others_or_after_handing_in(world: World, client: Client) -> None:
    reply = reviewing(world)
    first = reply.revisions.get(number=1)
    with pytest.raises(NotAllowed):
        restore_revision(world.sfj_reviewer, reply=reply, revision=first)
    with pytest.raises(WrongStage):
        restore_revision(world.sfj_clerk, reply=reply, revision=first)
    client.force_login(world.sfj_clerk)
    assert client.post(reverse("reply-restore", args=[reply.pk, 1])).status_code == 409
