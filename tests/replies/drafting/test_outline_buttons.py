"""Adding, moving and deleting sections; numbering follows by itself."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from replies.models import Reply, ReplySection
from replies.queries import load_sections, outline_of, place
from replies.services.sections import Add, Move, add_section, delete_section, move_section, place_of
from replies.structure.outline import to_text
from tests.replies.drafting.case import reviewing, started, write
from tests.replies.drafting.editor_page import fields_of
from tests.world import World


@pytest.fixture
def reply(world: World) -> Reply:
    """甲（甲一、甲二）、乙、丙."""
    reply = started(world)
    for name in "甲乙丙":
        write(world, add_section(world.sfj_clerk, reply=reply), heading=name)
    top = reply.sections.get(heading="甲")
    for name in ("甲一", "甲二"):
        write(world, add_section(world.sfj_clerk, reply=reply, where=Add.CHILD, beside=top.pk), heading=name)
    return reply


def _named(reply: Reply, heading: str) -> ReplySection:
    return reply.sections.get(heading=heading)


def _move(world: World, reply: Reply, heading: str, move: Move) -> None:
    section = _named(reply, heading)
    move_section(world.sfj_clerk, section=section, move=move, seen_place=place_of(section))


def _text(reply: Reply) -> str:
    return to_text(outline_of(reply)).replace("\n", " ")


def test_numbers_are_generated_by_place(reply: Reply) -> None:
    assert _text(reply) == "一、甲 1.甲一 2.甲二 二、乙 三、丙"


def test_moving_up_and_down_renumbers(world: World, reply: Reply) -> None:
    _move(world, reply, "丙", Move.UP)
    _move(world, reply, "甲一", Move.DOWN)
    assert _text(reply) == "一、甲 1.甲二 2.甲一 二、丙 三、乙"


def test_indent_goes_below_the_section_before_and_outdent_comes_back_behind_it(world: World, reply: Reply) -> None:
    _move(world, reply, "乙", Move.INDENT)
    assert _text(reply) == "一、甲 1.甲一 2.甲二 3.乙 二、丙"
    _move(world, reply, "甲一", Move.OUTDENT)
    assert _text(reply) == "一、甲 1.甲二 2.乙 二、甲一 三、丙"


def test_a_section_takes_its_children_along(world: World, reply: Reply) -> None:
    _move(world, reply, "甲", Move.DOWN)
    assert _text(reply) == "一、乙 二、甲 1.甲一 2.甲二 三、丙"


def test_a_new_section_stands_right_behind_its_neighbour(world: World, reply: Reply) -> None:
    new = add_section(world.sfj_clerk, reply=reply, beside=_named(reply, "甲").pk)
    write(world, new, heading="新")
    assert _text(reply) == "一、甲 1.甲一 2.甲二 二、新 三、乙 四、丙"


def test_text_without_heading_has_no_number(world: World, reply: Reply) -> None:
    new = add_section(world.sfj_clerk, reply=reply, beside=_named(reply, "甲").pk)
    write(world, new, body="没有小标题的一段。")
    assert _text(reply) == "一、甲 1.甲一 2.甲二 没有小标题的一段。 二、乙 三、丙"


@pytest.mark.parametrize(
    ("heading", "move", "reason"),
    [
        ("甲", Move.UP, "最前面"),
        ("丙", Move.DOWN, "最后面"),
        ("甲", Move.INDENT, "前面没有同级"),
        ("甲", Move.OUTDENT, "第一级"),
    ],
)
def test_what_cannot_go_says_why(world: World, reply: Reply, heading: str, move: Move, reason: str) -> None:
    with pytest.raises(WrongStage, match=reason):
        _move(world, reply, heading, move)


def test_the_numbering_scheme_limits_the_depth(world: World, reply: Reply) -> None:
    child = _named(reply, "甲一")
    third = add_section(world.sfj_clerk, reply=reply, where=Add.CHILD, beside=child.pk)
    with pytest.raises(InvalidInput, match="最多3级"):
        add_section(world.sfj_clerk, reply=reply, where=Add.CHILD, beside=third.pk)
    _move(world, reply, "甲", Move.DOWN)
    with pytest.raises(InvalidInput, match="最多3级"):
        _move(world, reply, "甲", Move.INDENT)


def test_pressing_the_same_button_twice_moves_once(world: World, client: Client, reply: Reply) -> None:
    section = _named(reply, "丙")
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    data = {"version": "", "do": f"up:{section.pk}:{place_of(section)}"}
    client.post(url, data)
    assert "顺序刚被改过" in client.post(url, data, follow=True).content.decode()
    assert _text(reply) == "一、甲 1.甲一 2.甲二 二、丙 三、乙"


def test_a_button_stores_what_was_typed_elsewhere_first(world: World, client: Client, reply: Reply) -> None:
    section = _named(reply, "丙")
    client.force_login(world.sfj_clerk)
    url = reverse("reply-edit", args=[reply.pk])
    typed = {f"s{_named(reply, '乙').pk}-body": "刚打的字。"}
    client.post(url, {**fields_of(client.get(url)), **typed, "do": f"up:{section.pk}:{place_of(section)}"})
    assert _text(reply) == "一、甲 1.甲一 2.甲二 二、丙 三、乙 刚打的字。"


def test_deleting_asks_first_and_keeps_the_text_among_the_revisions(world: World, client: Client, reply: Reply) -> None:
    section = _named(reply, "甲")
    client.force_login(world.sfj_clerk)
    url = reverse("section-delete", args=[section.pk])
    assert "2个下级段落" in client.get(url).content.decode()
    assert client.post(url, {"version": section.version}).status_code == 302
    assert _text(reply) == "一、乙 二、丙"
    before = reply.revisions.order_by("-number")[1]
    assert [item["heading"] for item in before.outline["sections"]] == ["甲", "乙", "丙"]
    assert client.post(url, {"version": section.version}).status_code == 404


def test_a_section_changed_meanwhile_is_not_deleted(world: World, reply: Reply) -> None:
    section = _named(reply, "乙")
    seen = section.version
    write(world, section, heading="乙", body="同事刚写的。")
    with pytest.raises(WrongStage, match="刚被改过"):
        delete_section(world.sfj_clerk, section=section, seen_version=seen)


@pytest.mark.parametrize("who", ["sfj_reviewer", "gaj_clerk", "nobody", "office_staff"])
def test_nobody_else_shapes_the_outline(world: World, reply: Reply, who: str) -> None:
    person, section = getattr(world, who), _named(reply, "丙")
    with pytest.raises(NotAllowed):
        add_section(person, reply=reply)
    with pytest.raises(NotAllowed):
        move_section(person, section=section, move=Move.UP, seen_place=place_of(section))
    with pytest.raises(NotAllowed):
        delete_section(person, section=section, seen_version=section.version)


def test_after_handing_in_the_outline_is_closed(world: World, client: Client) -> None:
    section = reviewing(world).sections.get()
    with pytest.raises(WrongStage):
        add_section(world.sfj_clerk, reply=section.reply)
    client.force_login(world.sfj_clerk)
    url = reverse("section-delete", args=[section.pk])
    assert client.get(url).status_code == client.post(url, {"version": section.version}).status_code == 409


def test_every_section_has_its_own_place(world: World, reply: Reply) -> None:
    for move, heading in [(Move.INDENT, "乙"), (Move.OUTDENT, "甲二"), (Move.UP, "丙"), (Move.INDENT, "丙")]:
        _move(world, reply, heading, move)
    placed = place(load_sections(reply), reply.scheme)
    assert len({place_of(one.row) for one in placed}) == len(placed) == 5


def test_a_number_too_long_to_be_one_does_nothing(world: World, client: Client, reply: Reply) -> None:
    client.force_login(world.sfj_clerk)
    page = reverse("section-delete", args=[_named(reply, "甲").pk])
    assert client.post(page, {"version": "9" * 5000}).status_code == 409
    assert _named(reply, "甲")
