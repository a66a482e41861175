"""The year, day by day: what people do to the cases, when the portal looks, what goes wrong."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from unittest.mock import patch

from django.core.mail import EmailMessage
from django.db import OperationalError

from panjin_portal.lib import clock
from panjin_portal.lib.clock import SHANGHAI
from proposals.errors import PortalError
from proposals.models import Assignment, Deadline, LeaveCover, OutgoingMail, Post, Proposal, ReturnReason, User
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import meet_deadline, open_deadline
from proposals.services.deciding import reassign
from proposals.services.extensions import ask_extension, bounds_of, grant_extension
from proposals.services.mailing import retry, send_pending
from proposals.services.reminding import remind
from proposals.services.requests import ask_return
from proposals.services.suspending import resume, suspend
from tests.world import World
from tests.year import oracle, town
from tests.year.faults import Cut, MailServer, cut_after, database_gone_after

FIRST, LAST = date(2025, 1, 6), oracle.LAST


class Year:
    """One year of one town; ``counts`` says what befell it."""

    def __init__(self, world: World, seed: int, cases: int) -> None:
        self.random = Random(seed)
        self.town = town.build(world, self.random)
        self.oracle = self.town.oracle
        self.server = MailServer(self.random)
        self.plan = sorted(self._day_and_kind(number, cases) for number in range(cases))
        self.cases = town.make_cases(self.town, self.plan)
        self.calendar = load_calendar()
        self.counts: dict[str, int] = {}
        self.stopped: list[Proposal] = []

    def _day_and_kind(self, number: int, cases: int) -> tuple[date, str]:
        """Three in five come from the session and are handed out in spring, the others come all through the year."""
        if number < cases * 3 // 5:
            return date(2025, 2, 10) + timedelta(days=self.random.randrange(30)), "session"
        return date(2025, 3, 1) + timedelta(days=self.random.randrange(240)), "interim"

    def live(self) -> None:
        """From the first day to the last, then until every mail is out."""
        day = FIRST
        server = self.server
        with patch.object(EmailMessage, "send", lambda message, *args, **options: server.send(message)):
            while day <= LAST:
                self._day(day)
                day += oracle.ONE
            self.server.clear()
            self._settle()

    def _day(self, day: date) -> None:
        self.server.weather(self._addresses)
        with clock.at(datetime.combine(day, time(8), SHANGHAI)):
            self._morning(day)
        fate = self.random.random()
        if fate < 0.06:
            self._note("missed day")
            return
        if fate < 0.18 and oracle.works(day):
            self._cut_run(day) if fate < 0.12 else self._run_without_database(day)
            if self.random.random() < 0.5:  # nobody starts it again before tomorrow
                return
        self._run(day, time(9))
        if fate > 0.9:
            self._note("doubled run")
            assert self._run(day, time(9)) == 0
        if self.random.random() < 0.3:
            with clock.at(datetime.combine(day, time(14), SHANGHAI)):
                self._deeds(day, 1)
            self._run(day, time(15))
        with clock.at(datetime.combine(day, time(22), SHANGHAI)):
            assert remind().sent == 0

    def _morning(self, day: date) -> None:
        today = [case for case, (on, _) in zip(self.cases, self.plan, strict=True) if on == day]
        if today:
            town.hand_out(self.town, today, day, self.random)
        if oracle.works(day):
            self._look_after_dead_letters()
            self._deeds(day, 8)

    # --- what the portal does -----------------------------------------------------------------------------------

    def _run(self, day: date, at: time) -> int:
        with clock.at(datetime.combine(day, at, SHANGHAI)):
            expected = self.oracle.run(day, self._clocks())
            sent = remind().sent
            send_pending()
        assert sent == expected, f"{day} {at}"
        return sent

    def _cut_run(self, day: date) -> None:
        with clock.at(datetime.combine(day, time(8, 30), SHANGHAI)), cut_after(self.random.randrange(6)) as done:
            clocks = self._clocks()
            try:
                remind()
            except Cut:
                self._note("cut run")
            self.oracle.run(day, clocks, only=done)

    def _run_without_database(self, day: date) -> None:
        lost = database_gone_after(self.random.randrange(1, 60))
        with clock.at(datetime.combine(day, time(8, 30), SHANGHAI)):
            clocks = self._clocks()
            with lost as done:
                try:
                    remind()
                except OperationalError:
                    self._note("lost database")
            self.oracle.run(day, clocks, only=done)

    def _look_after_dead_letters(self) -> None:
        """The administrator sends again what was given up, once the mailbox takes mail."""
        for row in OutgoingMail.objects.filter(state="failed").select_related("recipient"):
            if row.recipient.email not in self.server.refused:
                assert retry(self.town.world.admin, mail=row)
                self._note("dead letter")

    def _clocks(self) -> list[oracle.Clock]:
        rows = Deadline.objects.filter(met_at=None, cancelled_at=None).order_by()
        names = ("pk", "version", "kind", "bureau", "proposer", "starts_on", "due_on", "assignment__clerk")
        return [
            oracle.Clock(key, version, kind, ("b", bureau) if bureau else ("p", proposer), starts, due, clerk)
            for key, version, kind, bureau, proposer, starts, due, clerk in rows.values_list(*names)
        ]

    def _settle(self) -> None:
        """Every mail that still waits or was given up goes out in the new year."""
        moment = datetime(2026, 1, 5, 9, tzinfo=SHANGHAI)
        with clock.at(moment):
            for row in OutgoingMail.objects.filter(state="failed"):
                assert retry(self.town.world.admin, mail=row)
        while OutgoingMail.objects.filter(state="pending").exists():
            moment += timedelta(hours=9)
            with clock.at(moment):
                send_pending()

    def _addresses(self) -> list[str]:
        return [f"{bureau.code}_{place}@panjin.example" for bureau in self.town.bureaus for place in range(5)]

    # --- what people do -----------------------------------------------------------------------------------------

    def _deeds(self, day: date, most: int) -> None:
        self._finish(day)
        for _ in range(self.random.randrange(most)):
            deed = self.random.choice(
                (self._extend, self._give_back, self._stop, self._go_on, self._replace, self._cover)
            )
            try:
                if deed(day):
                    self._note(deed.__name__.strip("_"))
            except PortalError:
                continue  # not allowed now: nothing happened

    def _finish(self, day: date) -> None:
        """What is due soon gets done more and more often; some of it late, some never."""
        running = Deadline.objects.filter(met_at=None, cancelled_at=None).select_related(
            "proposal", "bureau", "proposer"
        )
        for row in running.filter(due_on__lte=day + timedelta(days=40)).order_by("pk"):
            if row.pk % 11 == 0 or self.random.random() > (0.08 if row.due_on < day else 0.05):
                continue
            whose = row.bureau or row.proposer
            assert whose is not None
            meet_deadline(proposal=row.proposal, kind=row.kind, whose=whose, reference=row.reference)
            self._note(f"{row.kind} done")
            if row.kind == "reply":
                open_deadline(
                    proposal=row.proposal,
                    kind="feedback",
                    recipient_role="proposer",
                    link="/work/",
                    starts_on=day,
                    calendar=self.calendar,
                    whose=self.random.choice(self.town.proposers),
                    reference=f"reply:{row.pk}",
                )

    def _extend(self, day: date) -> bool:
        share = self._some_share(day)
        if share is None:
            return False
        Assignment.objects.filter(pk=share.pk, state="pending").update(state="accepted")
        share.refresh_from_db()
        bounds = bounds_of(share)
        wanted = min(bounds.latest, bounds.clock.due_on + timedelta(days=self.random.randrange(3, 40)))
        asked = ask_extension(self._clerk(share), assignment=share, wanted_on=wanted, text="材料未齐")
        grant_extension(self.town.world.office_staff, request=asked, due_on=wanted)
        return True

    def _give_back(self, day: date) -> bool:
        waiting = Assignment.objects.filter(state="pending", assigned_at__gte=clock.now() - timedelta(days=6))
        shares = list(waiting.select_related("proposal", "bureau").order_by("pk"))
        if not shares:
            return False
        share = self.random.choice(shares)
        taken = set(share.proposal.assignments.values_list("bureau_id", flat=True))
        others = [bureau for bureau in self.town.bureaus if bureau.pk not in taken]
        if not others:
            return False
        reason = ReturnReason.objects.order_by("pk")[0]
        asked = ask_return(self._clerk(share), assignment=share, reason=reason, text="职责在其他单位")
        other = self.random.choice(others)
        reassign(self.town.world.office_staff, request=asked, bureau=other, decision="改由该单位办理")
        return True

    def _stop(self, day: date) -> bool:
        share = self._some_share(day)
        if share is None:
            return False
        suspend(self.town.world.office_staff, proposal=share.proposal, reason="等待上级文件")
        self.stopped.append(share.proposal)
        return True

    def _go_on(self, day: date) -> bool:
        if not self.stopped:
            return False
        resume(self.town.world.office_staff, proposal=self.stopped.pop(0))
        return True

    def _replace(self, day: date) -> bool:
        """A clerk's post ended yesterday, a newcomer's begins today."""
        if self.random.random() > 0.1:
            return False
        bureau = self.random.choice(self.town.bureaus)
        gone = self.town.clerks[bureau.pk].pop(0)
        yesterday = day - oracle.ONE
        Post.objects.filter(user=gone, ends_on=None).update(ends_on=yesterday)
        for post in self.oracle.posts:
            if post.person == gone.pk:
                post.ends_on = yesterday
        self.town.appoint(self.town.person(f"{bureau.code}_{day:%m%d}_{self.random.random()}"), "clerk", bureau, day)
        return True

    def _cover(self, day: date) -> bool:
        bureau = self.random.choice(self.town.bureaus)
        absent, substitute = self.random.sample(self.town.clerks[bureau.pk], 2)
        until = day + timedelta(days=self.random.randrange(5))
        if LeaveCover.objects.filter(absent=absent, ends_on__gte=day).exists():
            return False
        LeaveCover.objects.create(
            bureau=bureau,
            absent=absent,
            substitute=substitute,
            starts_on=day,
            ends_on=until,
            set_by=absent,
            set_at=clock.now(),
        )
        self.oracle.covers.append(oracle.Cover(bureau.pk, absent.pk, substitute.pk, day, until))
        return True

    def _some_share(self, day: date) -> Assignment | None:
        running = Assignment.objects.filter(
            deadlines__kind__in=("reply", "opinion"), deadlines__met_at=None, deadlines__cancelled_at=None
        ).filter(deadlines__due_on__gte=day, proposal__state="assigned")
        keys = list(running.order_by("pk").values_list("pk", flat=True).distinct())
        if not keys:
            return None
        return Assignment.objects.select_related("proposal", "bureau").get(pk=self.random.choice(keys))

    def _clerk(self, share: Assignment) -> User:
        return self.town.clerks[share.bureau_id][0]

    def _note(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1
