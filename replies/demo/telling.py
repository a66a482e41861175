"""Telling the demo: sets the stage, then takes every step of every case in the order of time.

One order over all cases, so that numbers, document numbers and notices come out as they would have in the city.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from panjin_portal.lib import clock
from proposals.models import Event, Notice, Proposal, Role, Session
from proposals.services.events import record_site_event
from proposals.services.reference import open_session, seed_reference
from replies.demo import case_005, themes_public
from replies.demo.branches import Branching, rule_key_proposals
from replies.demo.honours import assess_and_honour
from replies.demo.people import People, people_the_city
from replies.demo.plan import RUNNING, Planned, moments, moments_of, moments_on
from replies.demo.script import Cast, ChosenDates, Helper, Rating, Script
from replies.demo.stages import ROUTES, Stage, Step
from replies.demo.themes import Theme
from replies.demo.walk import Walk
from replies.services.reference import seed_checklist, seed_release_chain

LOADED = "load_demo"
FIRST_YEAR, YEARS_OF_A_TERM, FIRST_TERM = 2022, 5, 9
# The day case 005 was published: the demo cannot be told on an earlier one.
EARLIEST = date(2023, 10, 1)
READ_AFTER = timedelta(days=7)
BEFORE_MAIN = timedelta(days=2)
BY_HAND = "平时提案，自交办之日起按通知要求的日期办理"

# Month and day of each step of a case of an earlier session.
PAST_DAYS = {
    Step.FILE: (1, 10),
    Step.SUBMIT: (1, 10),
    Step.REGISTER: (1, 18),
    Step.ASSIGN: (3, 2),
    Step.ACCEPT: (3, 4),
    Step.DRAFT: (5, 9),
    Step.OPINIONS: (5, 30),
    Step.SEND: (6, 20),
    Step.REVIEW: (6, 23),
    Step.COUNTERSIGN: (6, 29),
    Step.SIGN: (7, 6),
    Step.ISSUE: (7, 8),
    Step.RATE: (7, 22),
    Step.PREPARE: (7, 27),
    Step.START_RELEASE: (7, 28),
    Step.RELEASE: (8, 8),
}
# One of the cases of 2022 did not content its proposer: what came between its rating and its publication.
AGAIN = (
    (Step.REDO, date(2022, 8, 2)),
    (Step.SEND, date(2022, 8, 16)),
    (Step.REVIEW, date(2022, 8, 18)),
    (Step.COUNTERSIGN, date(2022, 8, 23)),
    (Step.SIGN, date(2022, 8, 26)),
    (Step.ISSUE, date(2022, 8, 29)),
    (Step.RATE_AGAIN, date(2022, 9, 9)),
)
UNHAPPY = Rating("satisfied", "dissatisfied", "答复没有说明什么时候全部完成，请补充。")
PUBLISHING = {Step.PREPARE: date(2022, 9, 20), Step.START_RELEASE: date(2022, 9, 21), Step.RELEASE: date(2022, 9, 28)}


@dataclass(frozen=True)
class Told:
    """One step of one case at its moment."""

    at: datetime
    walk: Walk
    step: Step


def tell(day: date, say: Callable[[str], None]) -> int:
    """Fill the empty database as it stands on ``day``; gives the number of cases. Needs a transaction: all or nothing.

    ``say`` gets a line now and then. Letters are rendered here, in the caller's process.
    """
    with clock.at(day):
        seed_reference(range(FIRST_YEAR, day.year + 2))
        seed_release_chain()
        seed_checklist()
        city = people_the_city()
        sessions = _open_sessions(day)
        rule_key_proposals(sessions)
    cases = [
        *_case_005(city, sessions),
        *_past_cases(city, sessions),
        *_running_cases(city, sessions, day),
        *_imported_cases(city, sessions, day),
    ]
    steps = sorted(cases, key=lambda told: told.at)
    for place, told in enumerate(steps, start=1):
        with clock.at(told.at):
            told.walk.do(told.step)
        if place % 100 == 0:
            say(f"已办 {place} / {len(steps)} 步（到 {told.at:%Y-%m-%d}）")
    with clock.at(day):
        Session.objects.exclude(pk=sessions[-1].pk).update(is_open=False)
        old = Notice.objects.filter(created_at__lt=clock.now() - READ_AFTER)
        old.update(read_at=clock.now())
        assess_and_honour(city, sessions)
        record_site_event(None, kind=LOADED, text=f"装入演示数据，讲述日期{day}", data={"day": day.isoformat()})
    return Proposal.objects.count()


def is_told() -> bool:
    """Whether this database holds the demo already."""
    return Event.objects.filter(proposal=None, kind=LOADED).exists()


def _open_sessions(day: date) -> list[Session]:
    """One session for each year from 2022 to the one running on ``day``; five make a term."""
    sessions: list[Session] = []
    for year in range(FIRST_YEAR, day.year + 1):
        first = date(year, 1, 5 if year == FIRST_YEAR else 9)
        if first > day:
            break
        term, number = divmod(year - FIRST_YEAR, YEARS_OF_A_TERM)
        sessions.append(
            open_session(
                term=FIRST_TERM + term,
                number=number + 1,
                opens_on=first,
                closes_on=first + timedelta(days=3),
                filing_cutoff=first + timedelta(days=2),
            )
        )
    return sessions


def _case_005(city: People, sessions: list[Session]) -> list[Told]:
    helpers = tuple(
        Helper(
            city.bureaus[code],
            city.staff[code, Role.CLERK],
            heading,
            opinion,
            under,
            leader=city.staff[code, Role.LEADER],
        )
        for code, heading, opinion, under in case_005.OPINIONS
    )
    cast = replace(_cast(city, case_005.PROPOSER, case_005.LEAD), helpers=helpers)
    walk = Walk(sessions[0], case_005.SCRIPT, cast)
    return [Told(at, walk, step) for step, at in moments_on(case_005.DATES)]


def _past_cases(city: People, sessions: list[Session]) -> list[Told]:
    """Cases of the first session, numbered before 第005号, and of the finished sessions after it."""
    finished = sessions[1:-1]
    placed = [(theme, sessions[0]) for theme in themes_public.PAST_2022]
    if finished:
        placed += [(theme, finished[-1 - k % len(finished)]) for k, theme in enumerate(themes_public.PAST_LATER)]
    told = []
    for theme, session in placed:
        year = session.opens_on.year
        dates = {step: date(year, month, day) for step, (month, day) in PAST_DAYS.items()}
        dates[Step.FILE] = dates[Step.SUBMIT] = session.opens_on
        is_redone = theme is themes_public.PAST_2022[0]
        script = replace(theme.script(), rating=UNHAPPY) if is_redone else theme.script()
        walk = Walk(session, script, _cast_of_theme(city, theme))
        steps = list({**dates, **PUBLISHING}.items() if is_redone else dates.items())
        if is_redone:
            steps[-len(PUBLISHING) : -len(PUBLISHING)] = AGAIN
        told += [Told(at, walk, step) for step, at in moments_of(steps)]
    return told


def _running_cases(city: People, sessions: list[Session], day: date) -> list[Told]:
    told: list[Told] = []
    walks: dict[str, Walk] = {}
    for place, planned in enumerate(sorted(RUNNING, key=lambda one: bool(one.into))):
        last = day - timedelta(days=planned.ago)
        if planned.into:  # the main case stands above already
            main = walks[planned.into]
            last = next(one.at for one in told if one.walk is main and one.step == Step.ASSIGN).date() - BEFORE_MAIN
        times = moments(planned.steps, last)
        begun = dict(zip(planned.steps, times, strict=False))
        filed = begun[Step.FILE].date()
        session = next((one for one in reversed(sessions) if one.opens_on <= filed), sessions[0])
        in_session = filed <= session.filing_cutoff or planned.is_late
        script = planned.theme.script(Proposal.Kind.SESSION if in_session else Proposal.Kind.INTERIM)
        script = replace(script, open_to_cosigning=planned.is_open)
        cast = _cast_of_theme(city, planned.theme, planned)
        if place % 5 == 4:  # some are typed by the committee
            cast = replace(cast, filer=city.committee)
        walk = walks[planned.theme.title] = Branching(session, script, cast, dates=_dates(planned, begun, day))
        if planned.into:
            walk.main, walk.session = walks[planned.into], walks[planned.into].session
        told += [Told(at, walk, step) for step, at in zip(planned.steps, times, strict=True)]
    return told


def _imported_cases(city: People, sessions: list[Session], day: date) -> list[Told]:
    told = []
    for page, stage, ago in zip(themes_public.PAGES, (Stage.IMPORTED, Stage.CONFIRMED), (2, 6), strict=True):
        cast = _cast(city, case_005.PROPOSER, "scj")
        steps = ROUTES[stage]
        walk = Walk(sessions[0], Script("", "", "", ""), cast, page=page.encode())
        told += [Told(at, walk, step) for step, at in zip(steps, moments(steps, day - timedelta(ago)), strict=True)]
    return told


def _cast(city: People, proposer: str, lead: str) -> Cast:
    return Cast(
        filer=city.contacts[proposer],
        proposers=(city.proposers[proposer],),
        contact=city.contacts[proposer],
        committee=city.committee,
        office=city.office,
        lead=city.bureaus[lead],
        clerk=city.staff[lead, Role.CLERK],
        reviewer=city.staff[lead, Role.REVIEWER],
        leader=city.staff[lead, Role.LEADER],
    )


def _cast_of_theme(city: People, theme: Theme, planned: Planned | None = None) -> Cast:
    helpers = tuple(
        Helper(
            city.bureaus[code],
            city.staff[code, Role.CLERK],
            opinion=opinion,
            accepts=planned is None or code not in planned.pending,
            writes=bool(opinion) and (planned is None or code not in planned.silent),
            signs=planned is None or code not in planned.unsigned,
            leader=None if planned and code in planned.held else city.staff[code, Role.LEADER],
        )
        for code, opinion in theme.helpers
    )
    return replace(_cast(city, theme.proposer, theme.lead), helpers=helpers)


def _dates(planned: Planned, begun: dict[Step, datetime], day: date) -> ChosenDates:
    """What the office sets: the planned days, or sixty days for the reply and half of that for opinions."""
    if Step.ASSIGN not in begun:
        return ChosenDates()
    assigned = begun[Step.ASSIGN].date()
    reply = day + timedelta(days=planned.due) if planned.due is not None else assigned + timedelta(days=60)
    opinion = assigned + timedelta(days=30) if planned.opinion_due is None else day + timedelta(planned.opinion_due)
    return ChosenDates(reply, min(opinion, reply), BY_HAND)
