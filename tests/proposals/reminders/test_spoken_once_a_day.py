"""What was said to everybody today is passed by until tomorrow, and looked at at once when more people are to hear."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Assignment, Channel, Deadline, LeaveCover, Post, Reminder, Role, SiteChainHead, User
from proposals.reminders import DueReminder, Plan, due_reminders, plan_of, unspoken
from proposals.services import spoken
from proposals.services.calendar import load_calendar
from proposals.services.clerks import arrange_cover, hand_over
from proposals.services.gateways import choose_addresses
from proposals.services.reminding import remind
from proposals.services.spoken import mark_spoken
from tests.proposals.reminders.clocks import DUE, case, morning, running
from tests.world import World

pytestmark = pytest.mark.django_db
LATER = morning(DUE) + timedelta(hours=2)


def say_all() -> int:
    with clock.at(morning(DUE)):
        return remind().sent


def looked_at_later() -> int:
    """How many deadlines the scan of two hours later does not pass by."""
    with clock.at(LATER):
        return len(unspoken(plan_of(DUE, load_calendar())))


def told_later() -> list[tuple[int, str]]:
    """Who hears over which channel two hours later."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    with clock.at(LATER):
        remind()
    new = Reminder.objects.exclude(pk__in=before).order_by("recipient_id", "channel")
    return list(new.values_list("recipient_id", "channel"))


def share(world: World, clerk: User) -> Deadline:
    """A reply of 司法局 with a named clerk."""
    row = running(world, of=world.sfj)
    row.assignment = Assignment.objects.create(
        proposal=row.proposal,
        bureau=world.sfj,
        role="sole",
        state="accepted",
        clerk=clerk,
        assigned_by=world.office_staff,
        assigned_at=morning(DUE),
    )
    row.save()
    return row


def another_clerk(world: World) -> User:
    person = User.objects.create(username="sfj_xin", display_name="新来的", email="xin@panjin.example")
    Post.objects.create(user=person, role=Role.CLERK, bureau=world.sfj, starts_on=DUE - timedelta(days=900))
    return person


def test_the_second_scan_of_a_day_passes_by_what_was_said_to_everybody(world: World) -> None:
    running(world)
    running(world, proposal=case(world, "006"), due_on=DUE + timedelta(days=3))
    assert looked_at_later() == 2

    assert say_all() == 4

    assert looked_at_later() == 0
    assert told_later() == []


def test_a_long_site_chain_leaves_room_for_the_mark(world: World) -> None:
    running(world)
    SiteChainHead.objects.update_or_create(pk=1, defaults={"last_event_number": 2_000_000_000})

    assert say_all() == 2

    assert looked_at_later() == 0


def test_the_next_day_everything_is_looked_at_anew(world: World) -> None:
    running(world)
    say_all()

    assert len(unspoken(plan_of(DUE + timedelta(days=3), load_calendar()))) == 1


def test_a_deadline_that_moved_within_the_day_is_spoken_of_again(world: World) -> None:
    row = running(world)
    say_all()
    Deadline.objects.filter(pk=row.pk).update(version=2, due_on=DUE + timedelta(days=3))

    assert told_later() == [(world.gaj_clerk.pk, "mail"), (world.gaj_clerk.pk, "portal")]


def test_an_address_an_administrator_enters_is_used_the_same_day(world: World) -> None:
    User.objects.filter(pk=world.gaj_clerk.pk).update(email="")
    running(world)
    say_all()
    admin = Client()
    admin.force_login(world.admin)
    page = reverse("admin:proposals_user_change", args=[world.gaj_clerk.pk])
    form = admin.get(page).context["adminform"].form
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    words = {name: value for name, value in given.items() if isinstance(value, str)}
    with clock.at(LATER):
        sent = admin.post(
            page, {**words, "email": "later@panjin.example", "is_active": "on", **_no_inlines(admin, page)}
        )
    assert sent.status_code == 302

    assert told_later() == [(world.gaj_clerk.pk, "mail")]


def _no_inlines(admin: Client, page: str) -> dict[str, str]:
    """The management forms of the page's inlines as they came."""
    found: dict[str, str] = {}
    for inline in admin.get(page).context["inline_admin_formsets"]:
        for form in (inline.formset.management_form, *inline.formset.initial_forms):
            for name in form.fields:
                value = form[name].value()
                found[form.add_prefix(name)] = "" if value is None else str(value)
    return found


def test_a_gateway_chosen_within_the_day_is_used_the_same_day(world: World, settings: Any) -> None:
    settings.GATEWAY_URLS = {"sms": "json://127.0.0.1:9/{to}"}
    running(world)
    say_all()

    choose_addresses(world.gaj_clerk, addresses={Channel.SMS: "13900000001"})

    assert told_later() == [(world.gaj_clerk.pk, "sms")]


def test_who_gets_the_case_from_a_colleague_is_told_the_same_day(world: World) -> None:
    row, colleague = share(world, world.sfj_clerk), another_clerk(world)
    say_all()
    assert looked_at_later() == 0
    assert row.assignment is not None

    with clock.at(morning(DUE)):
        hand_over(world.sfj_clerk, assignment=row.assignment, clerk=colleague, reason="另有任务")

    assert told_later() == [(colleague.pk, "mail"), (colleague.pk, "portal")]


def test_who_stands_in_from_today_is_told_the_same_day(world: World) -> None:
    share(world, world.sfj_clerk)
    colleague = another_clerk(world)
    say_all()

    with clock.at(morning(DUE)):
        arrange_cover(
            world.sfj_clerk, bureau=world.sfj, absent=world.sfj_clerk, substitute=colleague, starts_on=DUE, ends_on=DUE
        )

    assert LeaveCover.objects.count() == 1
    assert told_later() == [(colleague.pk, "mail"), (colleague.pk, "portal")]


@pytest.mark.parametrize("change", ["hand over", "move"])
def test_what_changes_between_reading_and_marking_is_not_marked(
    world: World, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    row, colleague = share(world, world.sfj_clerk), another_clerk(world)
    assert row.assignment is not None
    with clock.at(morning(DUE)):
        monkeypatch.setattr("proposals.services.reminding.mark_spoken", lambda plan: 0)
        remind()

    def scan_then_change(plan: Plan) -> list[DueReminder]:
        found = due_reminders(plan)
        assert row.assignment is not None
        if change == "hand over":
            hand_over(world.sfj_clerk, assignment=row.assignment, clerk=colleague, reason="另有任务")
        else:
            Deadline.objects.filter(pk=row.pk).update(version=2)
        return found

    monkeypatch.setattr(spoken, "due_reminders", scan_then_change)
    with clock.at(morning(DUE)):
        assert mark_spoken(plan_of(DUE, load_calendar())) == 0
    monkeypatch.undo()

    assert looked_at_later() == 1


def test_what_is_still_owed_is_not_marked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim of one person failed: his deadline is looked at again, the other is not."""
    running(world)
    running(world, of=world.scj, proposal=case(world, "006"))
    with clock.at(morning(DUE)):
        remind()
    Deadline.objects.update(spoken_mark=0)
    Reminder.objects.filter(recipient=world.gaj_clerk, channel="mail").update(channel="dingtalk")

    with clock.at(morning(DUE)):
        assert mark_spoken(plan_of(DUE, load_calendar())) == 1

    assert looked_at_later() == 1


def test_a_run_that_finds_everything_marked_asks_the_same_few_queries(world: World) -> None:
    for number in range(12):
        running(world, proposal=case(world, f"{number:03}"))
    say_all()
    with clock.at(LATER), CaptureQueriesContext(connection) as queries:
        remind()

    assert len(queries) == QUERIES_OF_A_QUIET_RUN


QUERIES_OF_A_QUIET_RUN = 7
