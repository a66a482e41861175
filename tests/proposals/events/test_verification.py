"""Damage done to the event log behind the portal's back is found and named."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from panjin_portal.lib import clock
from proposals import tasks
from proposals.models import Event, Post, Proposal
from proposals.models.events import EventIsFinal
from proposals.services import verification
from proposals.services.anchoring import last_anchor, write_anchor
from proposals.services.events import record_event, record_site_event
from proposals.services.verification import verify_events
from tests.world import World

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=clock.SHANGHAI)


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    settings.EVENT_ANCHOR_FILE = tmp_path / "anchors" / "events.log"
    return tmp_path / "anchors" / "events.log"


def case(world: World, events: int = 5, number: str = "005") -> Proposal:
    """A case with a chain of ``events``."""
    proposal = Proposal.objects.create(
        session=world.session, number=number, title="案由", created_by=world.committee_staff, created_at=NOW
    )
    post = Post.objects.get(user=world.committee_staff)
    with clock.at(NOW):
        for position in range(1, events + 1):
            record_event(
                world.committee_staff,
                proposal=proposal,
                kind="edit",
                post=post,
                text=f"第{position}步",
                data={"位置": position, "b": [1, None], "a": 0.5},
            )
    return proposal


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults() -> list[str]:
    return verify_events().faults


def name_of(proposal: Proposal) -> str:
    return f"提案流水号{proposal.pk}"


def test_sound_chains_have_no_fault(world: World) -> None:
    case(world)
    case(world, events=0, number="006")
    record_site_event(world.admin, kind="calendar", text="改日历", data={"old": None})

    report = verify_events()

    assert (report.faults, report.chains, report.events) == ([], 3, 6)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "改写了的话"),
        ("kind", "submit"),
        ("data", '{"a": 1}'),
        ("at", NOW + timedelta(seconds=1)),
        ("actor_id", None),
        ("post_id", None),
    ],
)
@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_altered_row_is_named(world: World, column: str, value: object, number: int) -> None:
    proposal = case(world)

    sql(f"UPDATE proposals_event SET {column} = %s WHERE proposal_id = %s AND number = %s", value, proposal.pk, number)

    assert faults() == [f"{name_of(proposal)}：第{number}条事件被改动。"]


def test_a_row_with_a_seal_of_its_own_making_is_named(world: World) -> None:
    proposal = case(world)

    sql("UPDATE proposals_event SET text = 'x', hash = %s WHERE number = 3", "f" * 64)

    assert faults() == [f"{name_of(proposal)}：第3条事件被替换。"]


def test_a_wrong_previous_hash_is_named(world: World) -> None:
    proposal = case(world)

    sql("UPDATE proposals_event SET previous_hash = %s WHERE number = 4", "0" * 64)

    assert f"{name_of(proposal)}：第4条事件与前一条不衔接。" in faults()


@pytest.mark.parametrize(("first", "last", "words"), [(3, 3, "第3条"), (2, 4, "第2至4条"), (1, 1, "第1条")])
def test_missing_numbers_are_named(world: World, first: int, last: int, words: str) -> None:
    proposal = case(world)

    sql("DELETE FROM proposals_event WHERE number BETWEEN %s AND %s", first, last)

    assert faults() == [f"{name_of(proposal)}：缺少{words}事件。"]


def insert(proposal: Proposal, number: int, previous_hash: str) -> None:
    sql(
        "INSERT INTO proposals_event (proposal_id, number, kind, at, text, data, previous_hash, hash)"
        " VALUES (%s, %s, 'edit', %s, %s, '{}', %s, %s)",
        *(proposal.pk, number, NOW, "从未发生", previous_hash, "a" * 64),
    )


def test_a_row_put_at_the_end_is_named(world: World) -> None:
    proposal = case(world)

    insert(proposal, 6, proposal.last_event_hash)

    assert faults() == [
        f"{name_of(proposal)}：第6条事件是插入的。",
        f"{name_of(proposal)}：末尾多出事件（应有5条，现有6条）。",
    ]


def test_a_row_pushed_in_between_is_named(world: World) -> None:
    proposal = case(world)
    before = Event.objects.get(number=2).hash
    for number in (5, 4, 3):
        sql("UPDATE proposals_event SET number = %s WHERE number = %s", number + 1, number)

    insert(proposal, 3, before)

    assert f"{name_of(proposal)}：第3条事件是插入的。" in faults()


@pytest.mark.parametrize("cut", [1, 5])
def test_a_cut_tail_is_named(world: World, cut: int) -> None:
    proposal = case(world)

    sql("DELETE FROM proposals_event WHERE number > %s", 5 - cut)

    assert faults() == [f"{name_of(proposal)}：末尾的事件被截去（应有5条，现有{5 - cut}条）。"]


def test_a_changed_head_is_named(world: World) -> None:
    proposal = case(world)

    sql("UPDATE proposals_proposal SET last_event_hash = %s WHERE id = %s", "0" * 64, proposal.pk)

    assert faults() == [f"{name_of(proposal)}：末条事件与链头记录不符。"]


def test_a_row_moved_to_another_case_is_named_in_both(world: World) -> None:
    first, second = case(world), case(world, number="006")

    sql("DELETE FROM proposals_event WHERE proposal_id = %s AND number = 5", second.pk)
    sql("UPDATE proposals_event SET proposal_id = %s WHERE proposal_id = %s AND number = 5", second.pk, first.pk)

    found = faults()
    assert f"{name_of(first)}：末尾的事件被截去（应有5条，现有4条）。" in found
    assert f"{name_of(second)}：第5条事件被改动。" in found


def test_damage_to_the_site_chain_is_named(world: World) -> None:
    record_site_event(world.admin, kind="calendar", text="改日历", data={})

    sql("UPDATE proposals_event SET text = 'x' WHERE proposal_id IS NULL")

    assert faults() == ["站点事件链：第1条事件被改动。"]


def test_a_tail_cut_together_with_its_head_is_known_from_the_anchor(world: World) -> None:
    proposal = case(world)
    with clock.at(NOW):
        write_anchor()
    fourth = Event.objects.get(number=4).hash

    sql("DELETE FROM proposals_event WHERE number = 5")
    sql("UPDATE proposals_proposal SET last_event_number = 4, last_event_hash = %s", fourth)

    assert faults() == [f"{name_of(proposal)}：事件少于{NOW.isoformat()}的锚点所记的5条。"]


def test_a_chain_written_anew_with_the_key_is_known_from_the_anchor(world: World) -> None:
    proposal = case(world)
    with clock.at(NOW):
        write_anchor()
    sql("DELETE FROM proposals_event")
    proposal.last_event_number, proposal.last_event_hash = 0, ""
    for _ in range(6):
        record_event(None, proposal=proposal, kind="edit", text="另一种说法")

    assert faults() == [f"{name_of(proposal)}：第5条事件与{NOW.isoformat()}的锚点不符。"]


def test_chains_that_grew_since_the_anchor_are_sound(world: World) -> None:
    proposal = case(world)
    write_anchor()
    record_event(None, proposal=proposal, kind="edit", text="又一步")
    case(world, number="006")

    assert faults() == []


def test_a_touched_or_unreadable_anchor_is_named(world: World, anchor_file: Path) -> None:
    case(world)
    with clock.at(NOW):
        write_anchor()
    line = anchor_file.read_text()

    anchor_file.write_text(line.replace("[5,", "[4,"))
    assert faults() == [f"锚点（{NOW.isoformat()}）被改动。"]
    anchor_file.write_text(line[:40])
    assert faults() == ["锚点文件最后一行无法读取。"]


def test_the_line_after_a_torn_one_stands_by_itself(world: World, anchor_file: Path) -> None:
    case(world)
    write_anchor()
    anchor_file.write_text(anchor_file.read_text()[:40])

    tasks.anchor_events.delay()

    assert faults() == []
    assert len(anchor_file.read_text().splitlines()) == 2


def test_each_day_adds_a_line_and_the_newest_counts(world: World, anchor_file: Path) -> None:
    proposal = case(world)
    write_anchor()
    record_event(None, proposal=proposal, kind="edit", text="又一步")
    with clock.at(NOW + timedelta(days=1)):
        write_anchor()

    anchor = last_anchor()

    assert len(anchor_file.read_text().splitlines()) == 2
    assert anchor is not None
    assert anchor.heads[str(proposal.pk)] == (6, proposal.last_event_hash)


def test_an_event_written_during_the_walk_is_no_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heads are read first; then somebody works on."""
    proposal = case(world)
    read_heads = verification._heads

    def heads_then_work() -> verification.Heads:
        heads = read_heads()
        record_event(None, proposal=proposal, kind="edit", text="同时发生")
        case(world, number="006")
        return heads

    monkeypatch.setattr(verification, "_heads", heads_then_work)

    assert faults() == []


@pytest.mark.parametrize("cases", [1, 12])
def test_a_sound_log_is_read_with_three_queries(
    world: World, cases: int, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    for number in range(cases):
        case(world, events=3, number=f"{number:03}")

    with django_assert_num_queries(3):
        assert faults() == []


def test_the_command_prints_the_counts_when_all_is_sound(world: World) -> None:
    case(world)
    out = StringIO()

    call_command("verify_events", stdout=out)

    assert out.getvalue() == "2条事件链，5条事件，0处异常；尚无锚点。\n"


def test_the_command_ends_with_one_and_a_line_per_fault(world: World) -> None:
    proposal = case(world)
    sql("UPDATE proposals_event SET text = 'x' WHERE number = 2")
    sql("DELETE FROM proposals_event WHERE number = 5")
    out, err = StringIO(), StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify_events", stdout=out, stderr=err)

    assert ended.value.code == 1
    assert err.getvalue().splitlines() == [
        f"{name_of(proposal)}：第2条事件被改动。",
        f"{name_of(proposal)}：末尾的事件被截去（应有5条，现有4条）。",
    ]


def test_the_portal_itself_cannot_change_or_remove_an_event(world: World) -> None:
    case(world)
    event = Event.objects.get(number=1)

    for forbidden in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(text="x")):
        with pytest.raises(EventIsFinal):
            forbidden()
