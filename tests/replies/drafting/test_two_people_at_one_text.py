"""Two people at one reply: different sections never meet, the same section keeps both texts."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from proposals.errors import EditConflict
from proposals.models import User
from replies.models import Reply, ReplySection
from replies.services.saving import HeadText, Part, SectionText, head_text, save_head, save_parts, save_section
from replies.services.sections import delete_section
from tests.replies.drafting.case import drafted
from tests.replies.drafting.editor_page import fields_of
from tests.world import World


def _section(reply: Reply) -> ReplySection:
    return reply.sections.get()


def _save(person: User, section: ReplySection, words: str, heading: str = "") -> ReplySection:
    """Save as from a page that was opened when ``section`` was read."""
    text = SectionText(heading, False, words)
    return save_section(person, section=section, version=section.version, text=text)


def test_a_second_save_with_an_old_version_keeps_both_texts(world: World) -> None:
    reply = drafted(world)
    section = _section(reply)
    _save(world.sfj_clerk, section, "甲的文字。", "标题")
    with pytest.raises(EditConflict) as conflict:
        save_section(
            world.sfj_clerk_colleague,
            section=section,
            version=section.version,
            text=SectionText("标题", False, "乙的文字。"),
        )
    assert "乙的文字。" in conflict.value.mine
    assert "甲的文字。" in conflict.value.theirs
    assert _section(reply).body == "甲的文字。"
    kept = reply.revisions.get(reason__contains="尚未并入")
    assert kept.outline["unmerged"][f"s{section.pk}"]["body"] == "乙的文字。"
    assert conflict.value.version == _section(reply).version


def test_the_head_of_the_letter_has_a_version_of_its_own(world: World) -> None:
    reply = drafted(world)
    text = HeadText(**{**head_text(reply).__dict__, "title": "新标题"})
    save_head(world.sfj_clerk, reply=reply, version=reply.version, text=text)
    with pytest.raises(EditConflict):
        save_head(world.sfj_clerk, reply=reply, version=reply.version, text=head_text(reply))


def test_the_same_words_twice_are_no_conflict(world: World) -> None:
    section = _section(drafted(world))
    text = SectionText("标题", False, "同样的文字。")
    save_section(world.sfj_clerk, section=section, version=section.version, text=text)
    again = save_section(world.sfj_clerk, section=section, version=section.version, text=text)
    assert again.body == "同样的文字。"


def test_one_save_stores_what_it_can_and_keeps_the_rest(world: World) -> None:
    reply = drafted(world)
    section = _section(reply)
    _save(world.sfj_clerk, section, "甲的文字。")
    head = HeadText(**{**head_text(reply).__dict__, "contact_person": "司文静"})
    saved = save_parts(
        world.sfj_clerk_colleague,
        reply=reply,
        parts=[
            Part("head", reply.version, head),
            Part(f"s{section.pk}", section.version, SectionText(body="乙的文字。")),
        ],
    )
    assert list(saved.versions) == ["head"]
    assert [conflict.key for conflict in saved.conflicts] == [f"s{section.pk}"]
    assert Reply.objects.get().contact_person == "司文静"


@pytest.mark.django_db(transaction=True)
def test_two_connections_saving_one_section_at_once_leave_one_text_and_one_conflict(world: World) -> None:
    reply = drafted(world)
    section = _section(reply)
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def save(person: User, words: str) -> Callable[[], None]:
        def work() -> None:
            try:
                start.wait(timeout=10)
                _save(person, section, words)
                outcomes.append(words)
            except EditConflict as conflict:
                outcomes.append(f"conflict {conflict.mine}")
            finally:
                connection.close()

        return work

    people = [(world.sfj_clerk, "甲的文字。"), (world.sfj_clerk_colleague, "乙的文字。")]
    threads = [threading.Thread(target=save(person, words)) for person, words in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    won = [words for words in outcomes if not words.startswith("conflict")]
    lost = [words for words in outcomes if words.startswith("conflict")]
    assert len(won) == len(lost) == 1
    assert _section(reply).body == won[0]
    assert reply.revisions.filter(reason__contains="尚未并入").count() == 1


def test_two_open_pages_at_different_parts_both_save(world: World, client: Client) -> None:
    reply = drafted(world)
    section = _section(reply)
    url = reverse("reply-edit", args=[reply.pk])
    client.force_login(world.sfj_clerk)
    mine, theirs = fields_of(client.get(url)), fields_of(client.get(url))
    assert client.post(url, {**mine, f"s{section.pk}-body": "改过的正文。"}).status_code == 302
    client.force_login(world.sfj_clerk_colleague)
    assert client.post(url, {**theirs, "head-contact_person": "司文静"}).status_code == 302
    reply.refresh_from_db()
    assert (_section(reply).body, reply.contact_person) == ("改过的正文。", "司文静")


def test_the_conflict_page_shows_both_texts_and_saves_the_merged_one(world: World, client: Client) -> None:
    reply = drafted(world)
    section = _section(reply)
    url = reverse("reply-edit", args=[reply.pk])
    client.force_login(world.sfj_clerk)
    page = fields_of(client.get(url))
    save_section(
        world.sfj_clerk_colleague,
        section=section,
        version=section.version,
        text=SectionText("标题", False, "乙的文字。"),
    )
    answer = client.post(url, {**page, f"s{section.pk}-body": "甲的文字。"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "甲的文字。" in html
    assert "乙的文字。" in html
    merged = {**fields_of(answer), f"s{section.pk}-body": "甲的文字。乙的文字。"}
    assert client.post(url, merged).status_code == 302
    assert _section(reply).body == "甲的文字。乙的文字。"


def test_a_text_whose_section_was_deleted_is_offered_as_a_new_section(world: World, client: Client) -> None:
    reply = drafted(world)
    section = _section(reply)
    url = reverse("reply-edit", args=[reply.pk])
    client.force_login(world.sfj_clerk)
    page = fields_of(client.get(url))
    delete_section(world.sfj_clerk_colleague, section=section, seen_version=section.version)
    answer = client.post(url, {**page, f"s{section.pk}-body": "写了半天的文字。"})
    assert answer.status_code == 409
    assert client.post(url, fields_of(answer)).status_code == 302
    assert _section(reply).body == "写了半天的文字。"


def test_autosave_answers_a_conflict_with_a_page_that_shows_both(world: World, client: Client) -> None:
    reply = drafted(world)
    section = _section(reply)
    client.force_login(world.sfj_clerk)
    page = fields_of(client.get(reverse("reply-edit", args=[reply.pk])))
    _save(world.sfj_clerk_colleague, section, "乙的文字。")
    answer = client.post(reverse("reply-autosave", args=[reply.pk]), {**page, f"s{section.pk}-body": "甲的文字。"})
    assert answer.status_code == 409
    shown = client.get(answer.json()["conflict_url"])
    assert shown.status_code == 200
    assert "甲的文字。" in shown.content.decode()
    assert "乙的文字。" in shown.content.decode()
