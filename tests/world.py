"""One small city for all tests: the bureaus of the running example, one person per post, a colleague and a stranger.

All people are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password

from proposals.models import Bureau, Post, Proposer, Role, Session, User
from proposals.services.reference import open_session, seed_reference
from replies.services.reference import seed_release_chain

PASSWORD = "Demo-pass-2026"
SINCE = date(2020, 1, 1)


@dataclass(frozen=True)
class World:
    """Everybody and everything a test may name."""

    session: Session
    committee: Bureau
    supervision: Bureau
    sfj: Bureau
    gaj: Bureau
    scj: Bureau
    ysj: Bureau
    minjian: Proposer  # 民建盘锦市委员会, a party
    member: Proposer  # a single member
    other_member: Proposer
    committee_staff: User
    committee_colleague: User
    office_staff: User
    office_colleague: User
    sfj_clerk: User
    sfj_clerk_colleague: User
    sfj_reviewer: User
    sfj_leader: User
    gaj_clerk: User
    gaj_leader: User
    scj_clerk: User
    scj_leader: User
    ysj_clerk: User
    ysj_leader: User
    minjian_contact: User
    member_user: User
    other_member_user: User  # a stranger to the case of 民建
    nobody: User  # signed in, holds no post
    admin: User


def person(username: str, name: str, **extra: object) -> User:
    """A user with the common test password (hashed by the fast hasher of the test settings)."""
    user = _person(username, name, **extra)
    user.save()
    return user


def _person(username: str, name: str, **extra: object) -> User:
    return User(
        username=username,
        display_name=name,
        email=f"{username}@panjin.example",
        password=_hashed(PASSWORD),
        **extra,
    )


@cache
def _hashed(password: str) -> str:
    return make_password(password)


def appoint(
    user: User, role: str, *, bureau: Bureau | None = None, proposer: Proposer | None = None, title: str = ""
) -> Post:
    """Give ``user`` a post since 2020."""
    return Post.objects.create(user=user, role=role, bureau=bureau, proposer=proposer, title=title, starts_on=SINCE)


def build_world() -> World:
    """Fill an empty, migrated database with the city."""
    seed_reference(range(2022, 2028))
    seed_release_chain()
    session = open_session(
        term=9,
        number=1,
        opens_on=date(2022, 1, 5),
        closes_on=date(2022, 1, 8),
        filing_cutoff=date(2030, 12, 31),
    )
    bureaus = {bureau.code: bureau for bureau in Bureau.objects.all()}
    minjian = Proposer.objects.create(
        kind=Proposer.Kind.PARTY, name="民建盘锦市委员会", contact_person="林小满", phone="0427-0000001"
    )
    member = Proposer.objects.create(
        kind=Proposer.Kind.MEMBER, name="赵青禾", member_number="9001", sector="经济界", phone="0427-0000002"
    )
    other_member = Proposer.objects.create(
        kind=Proposer.Kind.MEMBER, name="孙望潮", member_number="9002", sector="教育界"
    )
    people = {
        "committee_staff": _person("tian", "田知秋"),
        "committee_colleague": _person("tian2", "田晓风"),
        "office_staff": _person("ducha", "杜明察"),
        "office_colleague": _person("ducha2", "杜明远"),
        "sfj_clerk": _person("sfj_clerk", "司文清"),
        "sfj_clerk_colleague": _person("sfj_clerk2", "司文静"),
        "sfj_reviewer": _person("sfj_reviewer", "何审言"),
        "sfj_leader": _person("sfj_leader", "梁定坤"),
        "gaj_clerk": _person("gaj_clerk", "安守正"),
        "gaj_leader": _person("gaj_leader", "安国平"),
        "scj_clerk": _person("scj_clerk", "尚公平"),
        "scj_leader": _person("scj_leader", "尚德明"),
        "ysj_clerk": _person("ysj_clerk", "应商言"),
        "ysj_leader": _person("ysj_leader", "应守信"),
        "minjian_contact": _person("minjian", "林小满"),
        "member_user": _person("member", "赵青禾"),
        "other_member_user": _person("member2", "孙望潮"),
        "nobody": _person("nobody", "无岗位"),
        "admin": _person("admin", "管理员", is_staff=True, is_superuser=True),
    }
    User.objects.bulk_create(people.values())
    posts: list[tuple[str, str, Bureau | None, Proposer | None]] = [
        ("committee_staff", Role.COMMITTEE_STAFF, bureaus["tawyh"], None),
        ("committee_colleague", Role.COMMITTEE_STAFF, bureaus["tawyh"], None),
        ("office_staff", Role.OFFICE_STAFF, bureaus["dcs"], None),
        ("office_colleague", Role.OFFICE_STAFF, bureaus["dcs"], None),
        ("sfj_clerk", Role.CLERK, bureaus["sfj"], None),
        ("sfj_clerk_colleague", Role.CLERK, bureaus["sfj"], None),
        ("sfj_reviewer", Role.REVIEWER, bureaus["sfj"], None),
        ("sfj_leader", Role.LEADER, bureaus["sfj"], None),
        ("gaj_clerk", Role.CLERK, bureaus["gaj"], None),
        ("gaj_leader", Role.LEADER, bureaus["gaj"], None),
        ("scj_clerk", Role.CLERK, bureaus["scj"], None),
        ("scj_leader", Role.LEADER, bureaus["scj"], None),
        ("ysj_clerk", Role.CLERK, bureaus["ysj"], None),
        ("ysj_leader", Role.LEADER, bureaus["ysj"], None),
        ("minjian_contact", Role.PROPOSER, None, minjian),
        ("member_user", Role.PROPOSER, None, member),
        ("other_member_user", Role.PROPOSER, None, other_member),
    ]
    Post.objects.bulk_create(
        Post(user=people[name], role=role, bureau=bureau, proposer=proposer, starts_on=SINCE)
        for name, role, bureau, proposer in posts
    )
    return World(
        session=session,
        committee=bureaus["tawyh"],
        supervision=bureaus["dcs"],
        sfj=bureaus["sfj"],
        gaj=bureaus["gaj"],
        scj=bureaus["scj"],
        ysj=bureaus["ysj"],
        minjian=minjian,
        member=member,
        other_member=other_member,
        **people,
    )
