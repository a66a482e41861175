"""Notices come by mail once, at once or in the morning, as each person chose; who was removed hears nothing more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail as postbox
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Deadline, Notice, NoticeMail, OutgoingMail, Post, User
from proposals.services import assignment, notice_mails
from proposals.services.notice_mails import choose_notice_mail, mail_at_once
from proposals.services.notice_wording import say
from proposals.services.notices import clerks_of, notify
from proposals.services.reminding import remind
from proposals.tasks import scan_reminders, send_pending_mail
from tests.proposals.reminders.clocks import case, morning, running
from tests.proposals.stages import assigned
from tests.world import World

MONDAY = date(2022, 8, 15)
MORNING, EVENING = morning(MONDAY), morning(MONDAY).replace(hour=20)


def told(world: World, person: User, number: str = "005", at: datetime = MORNING) -> Notice:
    """A notice about a case of 司法局 and 公安局, given to ``person``."""
    with clock.at(at):
        proposal = case(world, number)
        for bureau, role in ((world.sfj, "lead"), (world.gaj, "co_handler")):
            proposal.assignments.create(bureau=bureau, role=role, assigned_by=world.office_staff, assigned_at=at)
        notify([person], text=say("assigned", proposal), link=reverse("proposal-detail", args=[proposal.pk]))
    return Notice.objects.latest("pk")


def wants(person: User, choice: str) -> None:
    choose_notice_mail(person, choice=choice)


def at(moment: datetime, run: Any) -> Any:
    with clock.at(moment):
        return run()


def test_the_digest_of_the_next_morning_is_the_default(world: World) -> None:
    notice = told(world, world.gaj_clerk)

    assert at(morning(MONDAY), mail_at_once) == 0
    at(morning(MONDAY), remind)
    assert not OutgoingMail.objects.exists()
    at(morning(MONDAY + timedelta(days=1)), remind)

    mail = OutgoingMail.objects.get()
    notice.refresh_from_db()
    assert (notice.mail, notice.awaits_mail, mail.recipient) == (mail, False, world.gaj_clerk)
    assert mail.subject == "提案办理通知：新的通知1条"
    assert "您好，以下提案事项需要您知悉：" in mail.body
    assert f"· {notice.text}\n  http://127.0.0.1:8000{notice.link}" in mail.body


def test_one_digest_carries_reminders_and_notices(world: World) -> None:
    told(world, world.gaj_clerk, at=morning(MONDAY) - timedelta(days=3))
    running(world, due_on=MONDAY, proposal=case(world, "006"))

    at(morning(MONDAY), remind)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "提案办理提醒：今天到期1件，新的通知1条"
    assert mail.body.index("【今天到期】") < mail.body.index("【新的通知】")
    assert Notice.objects.filter(reminder=None).get().mail == mail


def test_a_second_run_of_the_day_sends_no_second_digest(world: World) -> None:
    told(world, world.gaj_clerk, at=morning(MONDAY) - timedelta(days=3))

    at(morning(MONDAY), remind)
    told(world, world.gaj_clerk, "006", at=morning(MONDAY) + timedelta(minutes=5))
    at(morning(MONDAY) + timedelta(minutes=10), remind)

    assert OutgoingMail.objects.count() == 1
    assert Notice.objects.filter(awaits_mail=True).count() == 1


@pytest.mark.parametrize(
    ("choice", "moment", "mails"),
    [
        (NoticeMail.OFFICE_HOURS, morning(MONDAY), 1),
        (NoticeMail.OFFICE_HOURS, EVENING, 0),
        (NoticeMail.OFFICE_HOURS, morning(MONDAY - timedelta(days=1)), 0),  # a Sunday
        (NoticeMail.ANY_HOUR, morning(MONDAY), 1),
        (NoticeMail.ANY_HOUR, EVENING, 1),
        (NoticeMail.ANY_HOUR, morning(MONDAY - timedelta(days=1)), 1),
        (NoticeMail.DIGEST, morning(MONDAY), 0),
    ],
)
def test_at_once_means_now_or_at_the_next_opening(world: World, choice: str, moment: datetime, mails: int) -> None:
    wants(world.gaj_clerk, choice)
    told(world, world.gaj_clerk, at=moment)

    assert at(moment + timedelta(minutes=1), mail_at_once) == mails
    assert OutgoingMail.objects.count() == mails


def test_what_came_in_the_evening_goes_out_at_the_opening(world: World) -> None:
    wants(world.gaj_clerk, NoticeMail.OFFICE_HOURS)
    told(world, world.gaj_clerk, at=EVENING)

    opening = morning(MONDAY + timedelta(days=1)).replace(hour=8)
    assert [at(moment, mail_at_once) for moment in (EVENING, opening - timedelta(minutes=1), opening)] == [0, 0, 1]


def test_at_once_is_one_mail_for_each_notice_with_subject_words_and_link(world: World) -> None:
    wants(world.gaj_clerk, NoticeMail.ANY_HOUR)
    notices = [told(world, world.gaj_clerk, number) for number in ("005", "006")]

    at(morning(MONDAY), send_pending_mail)
    at(morning(MONDAY) + timedelta(minutes=1), send_pending_mail)

    assert [message.subject for message in postbox.outbox] == ["提案已交办，请签收"] * 2
    assert all(notice.text in message.body for notice, message in zip(notices, postbox.outbox, strict=True))
    assert f"http://127.0.0.1:8000{notices[0].link}\n" in postbox.outbox[0].body
    assert Notice.objects.exclude(mail=None).values("mail").distinct().count() == 2


def test_a_mail_that_failed_is_repeated_under_the_same_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wants(world.gaj_clerk, NoticeMail.ANY_HOUR)
    told(world, world.gaj_clerk)
    seen = []

    def refuse(message: Any) -> None:
        seen.append(message.extra_headers["Message-ID"])
        if len(seen) == 1:
            raise OSError("full")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    for minutes in (0, 10, 20):
        at(morning(MONDAY) + timedelta(minutes=minutes), send_pending_mail)

    assert len(seen) == 2
    assert len(set(seen)) == 1
    assert OutgoingMail.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_in_step_each_notice_goes_out_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    wants(world.gaj_clerk, NoticeMail.ANY_HOUR)
    for number in range(4):
        told(world, world.gaj_clerk, f"{number:03}")
    together = Barrier(2)
    one_by_one = notice_mails._mail_each

    def in_step(*args: Any) -> int:
        together.wait(20)
        return one_by_one(*args)

    monkeypatch.setattr(notice_mails, "_mail_each", in_step)

    def run() -> int:
        try:
            return int(at(morning(MONDAY), mail_at_once))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = [future.result(60) for future in [pool.submit(run), pool.submit(run)]]

    assert sum(sent) == OutgoingMail.objects.count() == 4
    assert Notice.objects.exclude(mail=None).count() == 4


def test_what_was_read_in_the_portal_is_not_mailed(world: World) -> None:
    wants(world.gaj_clerk, NoticeMail.OFFICE_HOURS)
    notice = told(world, world.gaj_clerk, at=EVENING)
    Notice.objects.filter(pk=notice.pk).update(read_at=EVENING)

    assert at(morning(MONDAY + timedelta(days=1)), mail_at_once) == 0
    assert not Notice.objects.filter(awaits_mail=True).exists()


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}])
def test_without_address_or_account_nothing_waits_for_ever(world: World, change: dict[str, Any]) -> None:
    told(world, world.gaj_clerk, at=morning(MONDAY) - timedelta(days=3))
    User.objects.filter(pk=world.gaj_clerk.pk).update(**change)

    at(morning(MONDAY), scan_reminders)

    assert not OutgoingMail.objects.exists()
    assert not Notice.objects.filter(awaits_mail=True).exists()


def test_whose_post_has_ended_hears_nothing_more(world: World) -> None:
    told(world, world.gaj_clerk, at=morning(MONDAY) - timedelta(days=3))
    Post.objects.filter(user=world.gaj_clerk).update(ends_on=MONDAY - timedelta(days=1))

    at(morning(MONDAY), scan_reminders)

    assert not OutgoingMail.objects.exists()
    assert at(morning(MONDAY), lambda: clerks_of([world.gaj.pk])) == []


def test_who_moved_to_another_bureau_hears_nothing_of_the_old_cases(world: World) -> None:
    told(world, world.gaj_clerk, at=morning(MONDAY) - timedelta(days=3))
    Post.objects.filter(user=world.gaj_clerk).update(bureau=world.ysj)

    at(morning(MONDAY), scan_reminders)

    assert not OutgoingMail.objects.exists()


def test_the_withdrawn_helper_gets_the_last_word_and_no_more(world: World) -> None:
    """His older notices of the case are not mailed any more, that he is out of it is; later steps say nothing to him,
    and his clocks are silent."""
    with clock.at(morning(MONDAY) - timedelta(days=3)):
        lead, helper = assigned(world)
        assignment.withdraw_assignment(world.office_staff, assignment=helper, reason="无关")
        clock_of_reply = Deadline.objects.get(proposal=lead.proposal, kind="reply")
        day = clock_of_reply.due_on + timedelta(days=2)
        assignment.change_due_date(world.office_staff, deadline=clock_of_reply, due_on=day, reason="调研")
    told_to_him = Notice.objects.filter(recipient=world.gaj_clerk)

    assert [notice.kind for notice in told_to_him.order_by("id")] == ["assigned", "no_longer_helping"]
    at(morning(MONDAY), scan_reminders)
    assert [notice.kind for notice in told_to_him.exclude(mail=None)] == ["no_longer_helping"]
    at(morning(day), remind)
    assert not OutgoingMail.objects.filter(recipient=world.gaj_clerk, subject__contains="到期").exists()


def test_a_proposers_word_to_an_old_record_does_not_reach_the_withdrawn_bureau(world: World) -> None:
    with clock.at(MORNING):
        lead, helper = assigned(world)
        assert clerks_of([world.gaj.pk], still_in=lead.proposal) == [world.gaj_clerk.pk]
        assignment.withdraw_assignment(world.office_staff, assignment=helper, reason="无关")

        assert clerks_of([world.gaj.pk], still_in=lead.proposal) == []
        assert len(clerks_of([world.sfj.pk, world.gaj.pk], still_in=lead.proposal)) == 2  # both of 司法局


def test_a_page_says_and_keeps_the_choice(world: World, client: Client) -> None:
    client.force_login(world.gaj_clerk)
    page = reverse("notice-settings")

    assert 'value="digest"' in client.get(page).content.decode()
    answer = client.post(page, {"choice": "any"}, follow=True)

    world.gaj_clerk.refresh_from_db()
    assert world.gaj_clerk.notice_mail == NoticeMail.ANY_HOUR
    assert "已保存" in answer.content.decode()
    assert client.post(page, {"choice": "never"}).status_code == 400


def test_a_run_over_many_notices_asks_no_more_for_each(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        told(world, world.gaj_clerk, f"{number:03}", at=morning(MONDAY) - timedelta(days=3))

    with clock.at(morning(MONDAY)), django_assert_max_num_queries(16):
        remind()
    assert OutgoingMail.objects.get().body.count("· 提案已交办") == 12
