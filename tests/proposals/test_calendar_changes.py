"""A changed calendar or rule moves the running deadlines it computed, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.deadlines import NOT_AFTER_REPLY
from proposals.models import Deadline, DeadlineRule, Event, Workday
from proposals.services.assignment import assign, change_due_date
from proposals.services.calendar import load_calendar
from proposals.services.calendar_changes import recompute_open_deadlines
from proposals.services.reckoning import plan
from proposals.services.reckoning_told import told_moves
from tests.proposals.reminders.clocks import morning
from tests.proposals.stages import registered
from tests.world import World

ASSIGNED_ON = date(2026, 3, 2)  # a Monday; five working days later is 9 March
DAY_OFF = date(2026, 3, 4)
BECAUSE = "工作日历调整（2026-03-04）"


def assigned(world: World) -> dict[str, Deadline]:
    """A case assigned to 司法局 with 公安局 helping; its deadlines by kind and bureau code."""
    with clock.at(ASSIGNED_ON):
        assign(world.office_staff, proposal=registered(world), lead=world.sfj, co_handlers=[world.gaj])
    return by_name()


def by_name() -> dict[str, Deadline]:
    return {f"{row.kind}-{row.bureau.code}": row for row in Deadline.objects.select_related("bureau") if row.bureau}


def confirm(client: Client, preview: Any) -> Any:
    """Send what the preview holds once more, with the digest of what was seen."""
    fields: dict[str, list[str]] = {}
    for name, value in preview.context["sent"]:
        fields.setdefault(name, []).append(value)
    return client.post(preview.context["back"], fields, follow=True)


def take_day_off() -> None:
    Workday.objects.create(date=DAY_OFF, is_working=False, name="全市放假一天")


def test_a_new_day_off_moves_what_was_counted_over_it(world: World) -> None:
    before = assigned(world)
    take_day_off()

    moved = len(recompute_open_deadlines(world.admin, because=BECAUSE).moved)

    after = by_name()
    assert moved == 2
    for name in ("receipt-sfj", "receipt-gaj"):
        assert (before[name].due_on, after[name].due_on) == (date(2026, 3, 9), date(2026, 3, 10))
        assert after[name].version == 2
        assert "2026年3月10日" in after[name].explanation
    assert after["reply-sfj"].due_on == before["reply-sfj"].due_on
    assert after["reply-sfj"].version == 1


def test_each_moved_deadline_is_told_on_its_case(world: World) -> None:
    before = assigned(world)
    take_day_off()

    recompute_open_deadlines(world.admin, because=BECAUSE)

    events = Event.objects.filter(kind="recompute_deadline").order_by("number")
    assert [event.text for event in events] == [
        f"{BECAUSE}，市司法局的签收期限由2026-03-09调整为2026-03-10",
        f"{BECAUSE}，市公安局的签收期限由2026-03-09调整为2026-03-10",
    ]
    assert events[0].data["deadline"] == before["receipt-sfj"].pk


def test_nothing_changed_is_nothing_done(world: World) -> None:
    assigned(world)

    assert recompute_open_deadlines(world.admin, because=BECAUSE).moved == []
    assert not Event.objects.filter(kind="recompute_deadline").exists()


def test_what_is_met_cancelled_or_set_by_hand_stays(world: World) -> None:
    before = assigned(world)
    with clock.at(ASSIGNED_ON):
        change_due_date(world.office_staff, deadline=before["receipt-sfj"], due_on=date(2026, 3, 12), reason="出差")
    Deadline.objects.filter(pk=before["receipt-gaj"].pk).update(met_at=morning(ASSIGNED_ON))
    take_day_off()

    assert recompute_open_deadlines(world.admin, because=BECAUSE).moved == []
    assert by_name()["receipt-sfj"].due_on == date(2026, 3, 12)
    assert by_name()["receipt-gaj"].due_on == date(2026, 3, 9)


def test_only_deadlines_of_the_changed_rule_are_touched(world: World) -> None:
    assigned(world)
    rule = DeadlineRule.objects.get(kind="reply", proposal_kind="")
    rule.month, rule.day = 9, 30
    rule.save()
    take_day_off()

    assert recompute_open_deadlines(
        world.admin, because="期限规则调整（答复）", scope=[(world.session.pk, "reply")]
    ).moved
    assert by_name()["reply-sfj"].due_on == date(2026, 9, 30)


def test_an_opinion_is_never_due_after_its_reply(world: World) -> None:
    assigned(world)
    rule = DeadlineRule.objects.get(kind="reply", proposal_kind="")
    rule.month, rule.day = 6, 10
    rule.save()

    recompute_open_deadlines(world.admin, because="期限规则调整（答复）")
    capped = by_name()["opinion-gaj"]
    rule.month, rule.day = 8, 20
    rule.save()
    recompute_open_deadlines(world.admin, because="期限规则调整（答复）")
    freed = by_name()["opinion-gaj"]

    assert (capped.due_on, capped.change_reason) == (date(2026, 6, 10), NOT_AFTER_REPLY)
    assert (freed.due_on, freed.change_reason) == (date(2026, 6, 30), "")


def test_a_notice_of_the_state_council_makes_a_day_certain_without_a_new_version(world: World) -> None:
    """The same day, no longer provisional: reminders already sent for it still count."""
    Workday.objects.filter(date__year__gte=2026).update(is_confirmed=False)
    assigned(world)
    before = by_name()["receipt-sfj"]
    Workday.objects.update(is_confirmed=True)

    assert recompute_open_deadlines(world.admin, because=BECAUSE).moved == []
    after = by_name()["receipt-sfj"]
    assert (before.is_provisional, after.is_provisional) == (True, False)
    assert after.version == before.version


def test_a_day_entered_in_system_management_moves_deadlines_and_says_so(world: World, client: Client) -> None:
    assigned(world)
    client.force_login(world.admin)

    preview = client.post(reverse("admin:proposals_workday_add"), {"date": "2026-03-04", "name": "放假"})
    unchanged = (by_name()["receipt-sfj"].due_on, Workday.objects.filter(date=DAY_OFF).exists())
    answer = confirm(client, preview)

    assert unchanged == (date(2026, 3, 9), False)
    assert "<td>2026-03-09</td>" in preview.content.decode()
    assert "2项未完成的期限有变动" in answer.content.decode()
    assert by_name()["receipt-sfj"].due_on == date(2026, 3, 10)
    assert Event.objects.filter(proposal=None, kind="admin_workday").count() == 1


def test_a_rule_changed_in_system_management_moves_deadlines(world: World, client: Client) -> None:
    assigned(world)
    client.force_login(world.admin)
    rules = list(DeadlineRule.objects.filter(session=world.session).order_by("id"))
    data: dict[str, object] = {
        "deadline_rules-TOTAL_FORMS": len(rules),
        "deadline_rules-INITIAL_FORMS": len(rules),
        **{f"feedback_fields-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")},
        **{f"assignment_policy-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")},
        **{name: getattr(world.session, name) for name in ("most_rounds", "silence", "rating_link_days")},
        **{name: getattr(world.session, name) for name in ("term", "number", "opens_on", "closes_on")},
        "filing_cutoff": world.session.filing_cutoff,
        "numbering": world.session.numbering_id,
        "interim_numbering": world.session.interim_numbering_id,
        "result_scheme": world.session.result_scheme_id,
        "is_open": "on",
    }
    for position, rule in enumerate(rules):
        for name in ("id", "kind", "proposal_kind", "unit", "amount", "month", "day"):
            data[f"deadline_rules-{position}-{name}"] = getattr(rule, name)
        data |= {f"deadline_rules-{position}-roll_forward": "on"} if rule.roll_forward else {}
        data[f"deadline_rules-{position}-session"] = world.session.pk
    data["deadline_rules-0-amount"] = 6

    preview = client.post(reverse("admin:proposals_session_change", args=[world.session.pk]), data)
    unchanged = (by_name()["receipt-gaj"].due_on, DeadlineRule.objects.get(kind="receipt").amount)
    answer = confirm(client, preview)

    assert unchanged == (date(2026, 3, 9), 5)
    assert "2项未完成的期限有变动" in answer.content.decode()
    assert by_name()["receipt-gaj"].due_on == date(2026, 3, 10)


def test_a_day_entered_twice_or_in_another_age_is_said_at_its_field(world: World, client: Client) -> None:
    client.force_login(world.admin)
    Workday.objects.get_or_create(date=DAY_OFF, defaults={"is_working": False})
    address = reverse("admin:proposals_workday_add")
    assert "这一天已经登记过" in client.post(address, {"date": DAY_OFF.isoformat(), "name": "放假"}).content.decode()
    for day in ("0001-01-01", "9999-12-31", "1999-12-31"):
        answer = client.post(address, {"date": day, "name": "放假"})
        assert "年份应在2000至2100之间" in answer.content.decode(), day
    assert not Workday.objects.filter(date__year__in=(1, 1999, 9999)).exists()


def test_only_what_is_still_in_time_is_told_as_overdue_at_once(world: World) -> None:
    Workday.objects.update_or_create(date=DAY_OFF, defaults={"is_working": False})
    assigned(world)
    Workday.objects.filter(date=DAY_OFF).delete()
    found = plan(load_calendar())

    assert {(one.old, one.due.due) for one in found.moved} == {(date(2026, 3, 10), date(2026, 3, 9))}
    assert [told_moves(found, today=date(2026, 3, day)).over for day in (9, 10, 11)] == [0, 2, 0]
