"""The city of a benchmark: bureaus with 5 to 200 cases a year, members with 2 to 10, one session a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from panjin_portal.lib import clock
from proposals.models import Bureau, Post, Proposer, Role, Session, User
from proposals.services.reference import open_session, seed_reference
from replies.services.reference import seed_release_chain

TODAY = date(2026, 7, 20)  # a Monday in the middle of the working season, a month before replies are due
LAST_YEAR, FIRST_TERM_YEAR = 2026, 2022
MOST_A_YEAR, FEWEST_A_YEAR = 200, 5
SINCE = date(2006, 1, 1)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
GIVEN = "青禾望潮听苇知秋晓风明远文清守正澄碧映江思源长风若谷望丰小满怀瑾安澜云舟景行向阳"
ROLES = ((Role.CLERK, "经办人"), (Role.CLERK, "经办人"), (Role.REVIEWER, "核稿人"), (Role.LEADER, "局领导"))


@dataclass(frozen=True)
class Office:
    """A bureau with its people: user and post ids by role; a clerk is drawn for each case."""

    bureau: Bureau
    people: dict[str, list[tuple[int, int]]]


@dataclass(frozen=True)
class Member:
    """A proposer with the user and the post of its contact."""

    proposer: Proposer
    user: int
    post: int


@dataclass(frozen=True)
class City:
    """Everybody a case may be given to. ``weights``: how many cases a year each office leads."""

    sessions: dict[int, Session]
    rules: dict[int, dict[str, int]]
    committee: list[tuple[int, int]]
    office: list[tuple[int, int]]
    bureaus: list[Office]
    weights: list[float]
    members: list[Member]
    organisations: list[Member]


def years_of(cases: int) -> list[int]:
    """Five sessions; twenty where a city of this size would need them."""
    return list(range(LAST_YEAR - (19 if cases > 20_000 else 4), LAST_YEAR + 1))


def build_city(cases: int, random: Random) -> City:
    """Seed an empty, migrated database with reference data, sessions, bureaus and people for so many cases."""
    years = years_of(cases)
    a_year = max(12, cases // len(years))
    with clock.at(TODAY):
        seed_reference(range(LAST_YEAR - 1, LAST_YEAR + 2))
        seed_release_chain()
        for year in years:
            _open(year, is_open=year == LAST_YEAR)
    _add_bureaus(max(6, round(a_year / 53) - 4))  # the big case has eight co-handlers
    _add_proposers(max(6, round(a_year * 1.6 / 6)), random)
    _add_offices()
    User.objects.create_superuser("admin", "admin@panjin.example", "not-for-use", display_name="管理员")
    return read_city()


def read_city() -> City:
    """The city as it stands in the database."""
    sessions = {session.opens_on.year: session for session in Session.objects.prefetch_related("deadline_rules")}
    posts: dict[tuple[str, int], list[tuple[int, int]]] = {}
    contacts: dict[int, tuple[int, int]] = {}
    for post in Post.objects.order_by("pk"):
        if post.proposer_id:
            contacts[post.proposer_id] = (post.user_id, post.pk)
        elif post.bureau_id:
            posts.setdefault((post.role, post.bureau_id), []).append((post.user_id, post.pk))
    bureaus = [
        Office(bureau, {role: posts[role, bureau.pk] for role in (Role.CLERK, Role.REVIEWER, Role.LEADER)})
        for bureau in Bureau.objects.filter(kind=Bureau.Kind.BUREAU).order_by("pk")
    ]
    proposers = [Member(row, *contacts[row.pk]) for row in Proposer.objects.order_by("pk")]
    return City(
        sessions=sessions,
        rules={
            year: {f"{rule.kind}:{rule.proposal_kind}": rule.pk for rule in session.deadline_rules.all()}
            for year, session in sessions.items()
        },
        committee=[pair for (role, _), found in posts.items() if role == Role.COMMITTEE_STAFF for pair in found],
        office=[pair for (role, _), found in posts.items() if role == Role.OFFICE_STAFF for pair in found],
        bureaus=bureaus,
        weights=_weights(len(bureaus)),
        members=[one for one in proposers if not one.proposer.is_organisation],
        organisations=[one for one in proposers if one.proposer.is_organisation],
    )


def _weights(count: int) -> list[float]:
    """From 200 a year down to 5, evenly on a logarithmic scale."""
    step = (FEWEST_A_YEAR / MOST_A_YEAR) ** (1 / max(1, count - 1))
    return [MOST_A_YEAR * step**place for place in range(count)]


def _open(year: int, *, is_open: bool) -> Session:
    term, number = divmod(year - FIRST_TERM_YEAR, 5)
    first = date(year, 1, 9)
    return open_session(
        term=9 + term,
        number=number + 1,
        opens_on=first,
        closes_on=first + timedelta(days=3),
        filing_cutoff=first + timedelta(days=2),
        is_open=is_open,
    )


def _add_bureaus(more: int) -> None:
    Bureau.objects.bulk_create(
        Bureau(
            name=f"盘锦市第{n}事务局",
            short_name=f"市{n}事务局",
            code=f"swj{n}",
            document_word=f"盘事{n}函",
            contact_person="联系人",
            contact_phone="0427-0000000",
            position=10 + n,
        )
        for n in range(1, more + 1)
    )
    bureaus = list(Bureau.objects.filter(kind=Bureau.Kind.BUREAU).order_by("pk"))
    users = _people(f"{bureau.code}{place}" for bureau in bureaus for place in range(len(ROLES)))
    chairs = [(bureau, role, title) for bureau in bureaus for role, title in ROLES]
    Post.objects.bulk_create(
        Post(user=user, role=role, bureau=bureau, title=title, starts_on=SINCE)
        for user, (bureau, role, title) in zip(users, chairs, strict=True)
    )


def _add_proposers(members: int, random: Random) -> None:
    parties = ("民革", "民盟", "民建", "民进", "农工党", "致公党", "九三学社", "工商联")
    rows = [Proposer(kind=Proposer.Kind.PARTY, name=f"{name}盘锦市委员会", phone="0427-0000000") for name in parties]
    rows += [
        Proposer(
            kind=Proposer.Kind.MEMBER,
            name=_name(random),
            member_number=f"{place:05d}",
            sector=random.choice(("经济界", "教育界", "医药卫生界", "农业界", "科技界")),
            phone="0427-0000000",
        )
        for place in range(members)
    ]
    proposers = Proposer.objects.bulk_create(rows)
    users = _people(f"proposer{place}" for place in range(len(proposers)))
    Post.objects.bulk_create(
        Post(user=user, role=Role.PROPOSER, proposer=proposer, starts_on=SINCE)
        for user, proposer in zip(users, proposers, strict=True)
    )


def _add_offices() -> None:
    for code, role in (("tawyh", Role.COMMITTEE_STAFF), ("dcs", Role.OFFICE_STAFF)):
        bureau = Bureau.objects.get(code=code)
        Post.objects.bulk_create(
            Post(user=user, role=role, bureau=bureau, starts_on=SINCE)
            for user in _people(f"{code}{place}" for place in range(3))
        )


def _people(usernames: Iterator[str]) -> list[User]:
    random = Random(20)
    return User.objects.bulk_create(
        User(username=name, display_name=_name(random), email=f"{name}@panjin.example", password="!")
        for name in usernames
    )


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=2))
