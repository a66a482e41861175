"""The people of the demo city. All are invented and marked 演示; nobody holds two posts of one clearance chain."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from proposals.models import Bureau, Post, Proposer, Role, User

# Printed by load_demo and in the README. These accounts exist nowhere but in demo data.
PASSWORD = "panjin-demo-2022"
SINCE = date(2021, 12, 1)
MARK = "（演示）"

# code, full name, short name, document word; the four bureaus of the running example come with the initial data.
MORE_BUREAUS = (
    ("jyj", "盘锦市教育局", "市教育局", "盘教函"),
    ("sthjj", "盘锦市生态环境局", "市生态环境局", "盘环函"),
    ("jtj", "盘锦市交通运输局", "市交通局", "盘交函"),
    ("nyncj", "盘锦市农业农村局", "市农业农村局", "盘农函"),
    ("wlj", "盘锦市文化旅游和广播电视局", "市文旅局", "盘文旅函"),
    ("wjw", "盘锦市卫生健康委员会", "市卫健委", "盘卫函"),
)

# code: clerk, reviewer, leader
BUREAU_STAFF = {
    "sfj": ("司文清", "何审言", "梁定坤"),
    "gaj": ("安守正", "安知微", "安国平"),
    "scj": ("尚公平", "尚思齐", "尚德厚"),
    "ysj": ("应商言", "应若谷", "应长风"),
    "jyj": ("教书田", "教思源", "教远志"),
    "sthjj": ("江澄碧", "江映苇", "江海清"),
    "jtj": ("路通达", "路遥知", "路平川"),
    "nyncj": ("禾满仓", "禾知秋", "禾丰年"),
    "wlj": ("文秀山", "文采薇", "文广川"),
    "wjw": ("卫康宁", "卫若兰", "卫长安"),
}
BUREAU_POSTS = ((Role.CLERK, "", "经办人"), (Role.REVIEWER, "_shen", "核稿人"), (Role.LEADER, "_ling", "局领导"))

# kind, name, sector, user name of the contact, name of the contact
PROPOSERS = (
    (Proposer.Kind.PARTY, "民建盘锦市委员会", "", "minjian", "林小满"),
    (Proposer.Kind.PARTY, "九三学社盘锦市委员会", "", "jiusan", "谷雨生"),
    (Proposer.Kind.SECTOR, "农业界", "", "nongye", "田望丰"),
    (Proposer.Kind.SPECIAL_COMMITTEE, "市政协社会和法制委员会", "", "shefa", "方正言"),
    (Proposer.Kind.MEMBER, "赵青禾", "经济界", "weiyuan1", "赵青禾"),
    (Proposer.Kind.MEMBER, "孙望潮", "教育界", "weiyuan2", "孙望潮"),
    (Proposer.Kind.MEMBER, "周听苇", "医药卫生界", "weiyuan3", "周听苇"),
)
OFFICE_STAFF = (
    ("tian", "田知秋", Role.COMMITTEE_STAFF, "tawyh", "提案委工作人员"),
    ("ducha", "杜明察", Role.OFFICE_STAFF, "dcs", "督查室工作人员"),
)


@dataclass
class People:
    """Who is who: bureau people by (code, role), proposers and their contacts by name."""

    committee: User
    office: User
    bureaus: dict[str, Bureau] = field(default_factory=dict)
    staff: dict[tuple[str, str], User] = field(default_factory=dict)
    proposers: dict[str, Proposer] = field(default_factory=dict)
    contacts: dict[str, User] = field(default_factory=dict)


@dataclass(frozen=True)
class Account:
    """One line of the log-in table."""

    role: str
    name: str
    username: str


def accounts() -> list[Account]:
    """Everybody who can log in, in the order of the way through; needs no database."""
    shorts = {"sfj": "市司法局", "gaj": "市公安局", "scj": "市市场局", "ysj": "市营商局"}
    shorts |= {code: short for code, _, short, _ in MORE_BUREAUS}
    offices = [Account(title, name, username) for username, name, _, _, title in OFFICE_STAFF]
    bureaus = [
        Account(f"{shorts[code]}{title}", name, code + suffix)
        for code, names in BUREAU_STAFF.items()
        for name, (_, suffix, title) in zip(names, BUREAU_POSTS, strict=True)
    ]
    contacts = [
        Account(f"{name}委员" if kind == Proposer.Kind.MEMBER else f"{name}联系人", contact, username)
        for kind, name, _, username, contact in PROPOSERS
    ]
    return [*offices, *contacts[:1], *bureaus, *contacts[1:], Account("系统管理员", "管理员", "admin")]


def people_the_city() -> People:
    """Create bureaus, users, posts and proposers. Everybody shares one password, hashed once."""
    secret = make_password(PASSWORD)
    bureaus = {bureau.code: bureau for bureau in Bureau.objects.all()}
    for position, (code, name, short_name, word) in enumerate(MORE_BUREAUS, start=20):
        bureaus[code] = Bureau.objects.create(
            code=code, name=name, short_name=short_name, document_word=word, position=position
        )
    users: dict[str, User] = {}
    posts: list[Post] = []
    for username, name, role, code, title in OFFICE_STAFF:
        users[username] = _user(username, name, secret)
        posts.append(Post(user=users[username], role=role, bureau=bureaus[code], title=title, starts_on=SINCE))
    city = People(users["tian"], users["ducha"], bureaus)
    for place, (code, names) in enumerate(BUREAU_STAFF.items(), start=1):
        bureau = bureaus[code]
        bureau.contact_person, bureau.contact_phone = f"{names[0]}{MARK}", f"0427-00010{place:02d}"
        bureau.save(update_fields=["contact_person", "contact_phone"])
        for name, (role, suffix, _) in zip(names, BUREAU_POSTS, strict=True):
            city.staff[code, role] = _user(code + suffix, name, secret)
            is_main = role == Role.LEADER
            post = Post(user=city.staff[code, role], role=role, bureau=bureau, is_main_leader=is_main, starts_on=SINCE)
            posts.append(post)
    for place, (kind, name, sector, username, contact) in enumerate(PROPOSERS, start=1):
        is_member = kind == Proposer.Kind.MEMBER
        city.proposers[name] = proposer = Proposer.objects.create(
            kind=kind,
            name=name,
            sector=sector,
            member_number=f"演示{place:03d}" if is_member else "",
            workplace="演示人物，并无其人" if is_member else "",
            contact_person=f"{contact}{MARK}",
            phone=f"0427-00020{place:02d}",
            address=f"盘锦市演示路{place}号",
        )
        city.contacts[name] = _user(username, contact, secret)
        posts.append(Post(user=city.contacts[name], role=Role.PROPOSER, proposer=proposer, starts_on=SINCE))
    _user("admin", "管理员", secret, is_staff=True, is_superuser=True)
    Post.objects.bulk_create(posts)
    return city


def _user(username: str, name: str, secret: str, *, is_staff: bool = False, is_superuser: bool = False) -> User:
    return User.objects.create(
        username=username,
        display_name=f"{name}{MARK}",
        email=f"{username}@panjin.example",
        password=secret,
        is_staff=is_staff,
        is_superuser=is_superuser,
    )
