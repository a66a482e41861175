"""The people, bureaus and the session that moulds are made with. Each is named by a word that occurs nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from proposals.models import (
    Bureau,
    DeadlineRule,
    NumberingPattern,
    Post,
    Proposer,
    ResultScheme,
    Role,
    Session,
    User,
)
from proposals.services.reference import seed_rules
from replies.demo.script import Cast, Helper

MOST_HELPERS, MOST_PROPOSERS = 8, 4
NUMBER = "〔号〕1"  # the official number of a mould's proposal: its session numbers with a prefix of its own
SINCE = date(2020, 1, 1)
TOPIC = "经济建设 / 营商环境"
BUREAU_ROLES = (Role.CLERK, Role.REVIEWER, Role.LEADER)


@dataclass
class Setting:
    """``keys``: primary key as text -> name of the row (``lead``, ``lead.clerk``, ``lead.clerk.post``, ``proposer0``,
    ``session``, ``rule:reply:``); ``words``: what texts say -> name of what is said."""

    session: Session
    committee: User
    office: User
    bureaus: list[Bureau] = field(default_factory=list)
    staff: dict[tuple[int, str], User] = field(default_factory=dict)
    proposers: list[Proposer] = field(default_factory=list)
    contacts: list[User] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def cast(self, helpers: int, proposers: int) -> Cast:
        """The first bureau leads, the next ones help."""
        return Cast(
            filer=self.contacts[0],
            proposers=tuple(self.proposers[:proposers]),
            contact=self.contacts[0],
            committee=self.committee,
            office=self.office,
            lead=self.bureaus[0],
            clerk=self.staff[0, Role.CLERK],
            reviewer=self.staff[0, Role.REVIEWER],
            leader=self.staff[0, Role.LEADER],
            helpers=tuple(
                Helper(
                    self.bureaus[n],
                    self.staff[n, Role.CLERK],
                    f"关于〔会办题{n}〕",
                    f"〔会办{n}〕\n〔会办续{n}〕",
                    leader=self.staff[n, Role.LEADER],
                )
                for n in range(1, helpers + 1)
            ),
        )

    def name(self, row: User | Bureau | Post | Proposer | Session | DeadlineRule, name: str) -> None:
        """Enter a row under its name."""
        self.keys[str(row.pk)] = name


def build_setting() -> Setting:
    """Create it all, in a transaction the caller rolls back."""
    # Nobody but the people of the mould hears of its case.
    Post.objects.update(ends_on=SINCE)
    session = _session()
    setting = Setting(session, _user("mould_committee"), _user("mould_office"))
    setting.name(session, "session")
    setting.words = {NUMBER: "number", session.name: "session_name", TOPIC: "topic_name"}
    for rule in DeadlineRule.objects.filter(session=session):
        setting.name(rule, f"rule:{rule.kind}:{rule.proposal_kind}")
    offices = ((setting.committee, Role.COMMITTEE_STAFF, "tawyh"), (setting.office, Role.OFFICE_STAFF, "dcs"))
    for user, role, code in offices:
        _appoint(
            setting, user, role, "committee" if code == "tawyh" else "office", bureau=Bureau.objects.get(code=code)
        )
    for n in range(MOST_HELPERS + 1):
        _add_bureau(setting, n)
    for n in range(MOST_PROPOSERS):
        _add_proposer(setting, n)
    return setting


def _session() -> Session:
    numbering = NumberingPattern.objects.create(name="〔式样〕", prefix="〔号〕", digits=1)
    session = Session.objects.create(
        term=50,
        number=1,
        opens_on=date(2026, 1, 5),
        closes_on=date(2026, 1, 8),
        filing_cutoff=date(2035, 12, 31),  # no case of the moulds is late
        numbering=numbering,
        interim_numbering=numbering,
        result_scheme=ResultScheme.objects.get(name="四类"),
    )
    seed_rules(session)
    return session


def _add_bureau(setting: Setting, n: int) -> None:
    name = "lead" if n == 0 else f"helper{n}"
    bureau = Bureau.objects.create(
        name=f"盘锦市〔单位{n}〕局",
        short_name=f"〔单位{n}〕局",
        code=f"mould{n}",
        document_word=f"〔代字{n}〕函",
        contact_person=f"〔联系人{n}〕",
        contact_phone="0427-0000000",
    )
    setting.bureaus.append(bureau)
    setting.name(bureau, name)
    setting.words |= {
        bureau.name: f"{name}.name",
        bureau.short_name: f"{name}.short",
        bureau.document_word: f"{name}.word",
        bureau.contact_person: f"{name}.contact",
    }
    for role in BUREAU_ROLES:
        user = _user(f"mould{n}_{role}")
        setting.staff[n, role] = user
        _appoint(setting, user, role, f"{name}.{role}", bureau=bureau)


def _add_proposer(setting: Setting, n: int) -> None:
    proposer = Proposer.objects.create(kind=Proposer.Kind.MEMBER, name=f"〔提案者{n}〕", member_number=f"mould{n}")
    user = _user(f"mould_proposer{n}")
    setting.proposers.append(proposer)
    setting.contacts.append(user)
    setting.name(proposer, f"proposer{n}")
    setting.words[proposer.name] = f"proposer{n}.name"
    _appoint(setting, user, Role.PROPOSER, f"proposer{n}.contact", proposer=proposer)


def _appoint(
    setting: Setting,
    user: User,
    role: str,
    name: str,
    *,
    bureau: Bureau | None = None,
    proposer: Proposer | None = None,
) -> None:
    post = Post.objects.create(user=user, role=role, bureau=bureau, proposer=proposer, starts_on=SINCE)
    setting.name(user, name)
    setting.name(post, f"{name}.post")


def _user(username: str) -> User:
    return User.objects.create(username=username, display_name="模子", email=f"{username}@panjin.example", password="!")
