"""Which cases a filled city holds: how many stand where, whose they are, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from proposals.models import Role, Topic
from replies.demo.stages import Stage
from tests.load.casting import Case
from tests.load.city import LAST_YEAR, TODAY, City, Member, Office
from tests.load.moulds import LAST_DAY, Kind
from tests.load.words import Writer

BIG = Kind(Stage.PUBLISHED, helpers=8, proposers=4, asks=12, returns=4, rated=True)
# Shares in percent. The year that runs: many at work, some late. The years before: done, but for a few stragglers.
THIS_YEAR: tuple[tuple[Kind, float], ...] = (
    (Kind(Stage.DRAFT), 2),
    (Kind(Stage.SUBMITTED), 3),
    (Kind(Stage.RETURNED), 1),
    (Kind(Stage.REJECTED), 3),
    (Kind(Stage.REGISTERED), 2),
    (Kind(Stage.ASSIGNED, helpers=1), 4),
    (Kind(Stage.ACCEPTED, helpers=1, proposers=2), 8),
    (Kind(Stage.ACCEPTED, helpers=0), 8),
    (Kind(Stage.DRAFTING, helpers=1), 9),
    (Kind(Stage.DRAFTING, helpers=3, asks=4), 5),
    (Kind(Stage.REVIEWING, helpers=0), 5),
    (Kind(Stage.COUNTERSIGNING, helpers=2), 6),
    (Kind(Stage.SIGNING, helpers=1), 4),
    (Kind(Stage.SIGNED, helpers=0), 2),
    (Kind(Stage.ISSUED, helpers=1, proposers=2), 10),
    (Kind(Stage.RATED, helpers=0), 10),
    (Kind(Stage.PREPARING, helpers=0), 2),
    (Kind(Stage.RELEASING, helpers=1), 4),
    (Kind(Stage.PUBLISHED, helpers=1, returns=1), 12),
)
BEFORE: tuple[tuple[Kind, float], ...] = (
    (Kind(Stage.PUBLISHED, helpers=0, rated=True), 33),
    (Kind(Stage.PUBLISHED, helpers=1, returns=1, rated=True), 30),
    (Kind(Stage.PUBLISHED, helpers=3, asks=4, rated=True), 23),
    (Kind(Stage.PUBLISHED, helpers=0, proposers=2, rated=True), 3),  # one of two has not answered the form
    (Kind(Stage.PUBLISHED, helpers=1, returns=1), 1),
    (Kind(Stage.RATED, helpers=2, asks=5), 1),
    (Kind(Stage.REJECTED), 7),
    (Kind(Stage.UNPUBLISHED, helpers=1), 1),
    (Kind(Stage.ISSUED, helpers=1, proposers=2), 0.7),
    (Kind(Stage.ACCEPTED, helpers=1, proposers=2), 0.3),
)
ALL_KINDS = tuple(dict.fromkeys([kind for kind, _ in (*THIS_YEAR, *BEFORE)] + [BIG]))


@dataclass(frozen=True)
class Planned:
    """One case to be cast."""

    kind: Kind
    case: Case


class Planner:
    """Draws cases; the same seed gives the same city."""

    def __init__(self, city: City, random: Random) -> None:
        """``city``: who there is."""
        self.city, self.random, self.writer = city, random, Writer(random)
        self.heaped = list(accumulate(city.weights))
        self.topics = {topic.pk: str(topic) for topic in Topic.objects.exclude(parent=None).select_related("parent")}
        self.deck: list[Member] = []

    def year(self, year: int, count: int) -> Iterator[Planned]:
        """``count`` cases of one session, the oldest first."""
        shares = THIS_YEAR if year == LAST_YEAR else BEFORE
        kinds = self.random.choices([kind for kind, _ in shares], [share for _, share in shares], k=count)
        days = sorted((self.random.randrange(61) for _ in range(count)), reverse=True)
        self.deck = []
        for kind, ago in zip(kinds, days, strict=True):
            yield self.one(kind, year, ago)

    def one(self, kind: Kind, year: int = LAST_YEAR, ago: int = 0, lead: Office | None = None) -> Planned:
        """A case of ``kind`` whose last step was ``ago`` days before the day of the benchmark, in ``year``."""
        day = date(year, LAST_DAY.month, LAST_DAY.day) - timedelta(days=ago)
        offices = self._offices(kind.helpers + 1, lead)
        members = self._members(kind.proposers)
        who, words = self._standing(year)
        for place, office in enumerate(offices):
            self._add_office(who, words, "lead" if place == 0 else f"helper{place}", office)
        for place, member in enumerate(members):
            name = f"proposer{place}"
            who |= {name: member.proposer.pk, f"{name}.contact": member.user, f"{name}.contact.post": member.post}
            words[f"{name}.name"] = member.proposer.name
        words |= self._texts(kind)
        return Planned(kind, Case(who, words, day - LAST_DAY, offices[0].bureau.code, TODAY))

    def _standing(self, year: int) -> tuple[dict[str, int], dict[str, str]]:
        city, pick = self.city, self.random.choice
        topic = pick(list(self.topics))
        who = {"session": city.sessions[year].pk, "topic": topic}
        for name, people in (("committee", city.committee), ("office", city.office)):
            who[name], who[f"{name}.post"] = pick(people)
        who |= {f"rule:{name}": pk for name, pk in city.rules[year].items()}
        return who, {"session_name": city.sessions[year].name, "topic_name": self.topics[topic]}

    def _add_office(self, who: dict[str, int], words: dict[str, str], name: str, office: Office) -> None:
        bureau = office.bureau
        who[name] = bureau.pk
        for role in (Role.CLERK, Role.REVIEWER, Role.LEADER):
            who[f"{name}.{role}"], who[f"{name}.{role}.post"] = self.random.choice(office.people[role])
        words |= {
            f"{name}.name": bureau.name,
            f"{name}.short": bureau.short_name,
            f"{name}.word": bureau.document_word,
            f"{name}.contact": bureau.contact_person or "联系人",
        }

    def _offices(self, count: int, lead: Office | None) -> list[Office]:
        offices, first = self.city.bureaus, lead
        if first is None:
            (first,) = self.random.choices(offices, cum_weights=self.heaped)
        others = self.random.sample(offices, min(len(offices), count + 1))
        return [first, *(office for office in others if office is not first)][:count]

    def _members(self, count: int) -> list[Member]:
        """The first may be an organisation; members come from a deck that holds each two to ten times a year."""
        found: list[Member] = []
        if self.random.random() < 0.2:
            found.append(self.random.choice(self.city.organisations))
        while len(found) < count:
            if not self.deck:
                self.deck = [one for one in self.city.members for _ in range(self.random.randrange(2, 11))]
                self.random.shuffle(self.deck)
            member = self.deck.pop()
            if member not in found:
                found.append(member)
        return found

    def _texts(self, kind: Kind) -> dict[str, str]:
        write = self.writer
        subject = write.subject()
        texts = {
            "〔案由〕": subject,
            "〔背景〕": write.background(300, 800),
            "〔分析〕": write.text(300, 900),
            "〔主题词〕": subject[2:6],
            **{f"〔{word}{n}〕": write.text(1, 50) for n in (1, 2) for word in ("要点", "细目")},
        }
        for n in range(1, kind.asks + 1):
            texts |= {
                f"〔建议{n}〕": write.text(90, 220),
                f"〔标题{n}〕": write.subject(),
                f"〔答复{n}〕": write.text(40, 140),
                f"〔措施{n}〕": write.text(20, 100),
            }
        for n in range(1, kind.helpers + 1):
            texts |= {f"〔会办题{n}〕": write.subject(), f"〔会办{n}〕": write.text(60, 160)}
            texts[f"〔会办续{n}〕"] = write.text(30, 80)
        return texts
