"""Who gets what from every address of the portal: written by hand, from the rules, not from the code.

The tables stand in ``ground_table``, ``upper_table``, ``supervision_table`` and
``papers_table``; this page says how to read them.

The rules (DESIGN section 3): what a person may not know of does not exist for him (404); what he sees but may not do is
refused with the reason (403); what is his to do but not now is 409; a visitor who has not signed in is sent to the
log-in page, except from the public pages.

The case of all rows is 民建's, led by 司法局, helped by 公安局. The columns:

    T1 T2  two of 提案委                C1 C2  two clerks of 司法局 (C1 acted)    X   clerk of 市场局, not in the case
    D1 D2  two of 督查室                RV LD  reviewer and leader of 司法局      P   contact of 民建, the proposer
    N   signed in, holds no post        H1 HL  clerk and leader of 公安局         S   contact of another proposer
    A   administrator                   --     nobody signed in

The cells: ok = page, or deed done, or form shown again with its errors; . = 404; in = to the log-in page; a number =
that status. Rows name a stage, or several from the first to the last in the order of ``STAGES``; GET and POST share a
row unless the row names its method. An address without POST answers it with 405, and the other way
round; but a browser that comes by GET to an address of a button is led to the page of the button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.permissions.ground_table import GROUND
from tests.permissions.papers_table import PAPERS
from tests.permissions.supervision_table import SUPERVISION
from tests.permissions.upper_table import UPPER

PEOPLE = {
    "T1": "committee_staff",
    "T2": "committee_colleague",
    "D1": "office_staff",
    "D2": "office_colleague",
    "C1": "sfj_clerk",
    "C2": "sfj_clerk_colleague",
    "RV": "sfj_reviewer",
    "LD": "sfj_leader",
    "H1": "gaj_clerk",
    "HL": "gaj_leader",
    "X": "scj_clerk",
    "P": "minjian_contact",
    "S": "other_member_user",
    "N": "nobody",
    "A": "admin",
    "--": "",
}
STAGES = (
    "ANY",  # the address is about no case
    "TYPED",  # a draft that 提案委 types for 民建
    "DRAFT",  # a draft of 民建's own, open to the signature of any member
    "SUBMITTED",
    "REJECTED",
    "RETURNED",
    "REGISTERED",
    "ASSIGNED",
    "ACCEPTED",  # 公安局 has begun its opinion
    "DRAFTING",  # 公安局 has handed its opinion in
    "REVIEWING",
    "COUNTERSIGNING",
    "SIGNING",
    "SIGNED",
    "ISSUED",
    "RATED",
    "PREPARING",
    "RELEASING",  # before the first step, which is the clerk's
    "PUBLISHED",
    "UNPUBLISHED",
    "IMPORTED",
    "CONFIRMED",
)

# Further people, each of whom gets what somebody above gets.
LIKENESSES = {
    "H2": "H1",  # second clerk of 公安局
    "HR": "HL",  # reviewer of 公安局
    "XL": "X",  # leader of 市场局
    "P2": "P",  # second contact of 民建
    "CO": "P",  # contact of the second proposer of every case
    "IN": "S",  # a member whom 民建 asks to sign its draft
    "SE": "S",  # a member who stands last on one case: there he is what CO is
    "EX": "N",  # contact of 民建 until yesterday, who began that case
    "OLD": "N",  # clerk of 司法局 until yesterday
    "GONE": "--",  # of 提案委, still signed in when the account was closed
}

# The whole table is asked for in their name, not only the first stage of each line.
EVERYWHERE = {"CO"}
# The case of SE and EX: every line of the table about it is asked for in their name.
ONE_CASE = "ISSUED"
AT_ONE_CASE = {"SE": "CO", "EX": "EX"}
# Where they do not get what their like gets: of a page in every stage where he sees the case, in one ("page STAGE"),
# or by one method in one ("page STAGE POST", where the line of the table speaks of that method alone).
OTHERWISE = {
    "HR": {  # no more a reviewer's to do than RV's
        "assignment-return@helper": "403",
        "assignment-hand-over@helper": "403",
        "opinion-sign@helper": "403",  # the leader's alone
    },
    "CO": {
        "reply-rate RATED": "ok",  # 民建 has rated, the second proposer has not
        "proposal-withdraw": "403",  # the first proposer's alone
        "consultation-answer": "403",  # the talk was with 民建
        # The first proposer invites, and sees how far it has come.
        "invitation-withdraw DRAFT": "403",
        **{f"proposal-cosigners {stage}": "403" for stage in STAGES[STAGES.index("DRAFT") : STAGES.index("IMPORTED")]},
    },
    "SE": {
        # He only signed: the text is another's to write, so not even the moment would be wrong.
        **dict.fromkeys(
            (
                *("attachment-delete ISSUED", "proposal-edit ISSUED", "proposal-submit ISSUED"),
                *("proposal-autosave ISSUED", "proposal-length ISSUED", "proposal-similar ISSUED"),
            ),
            "403",
        ),
        "proposal-cosign ISSUED POST": "409",  # he is a member: his words come back, which an organisation has none of
    },
}

PAGES = {**GROUND, **UPPER, **SUPERVISION, **PAPERS}


# Within a span the stages between the first and the last are asked for by GET only, and not by the second of a pair.
SECONDS = {"T2", "D2", "C2", "HL"}


@dataclass(frozen=True)
class Row:
    """What one address answers in one stage. ``cells``: column to answer; ``methods``: those the row speaks of;
    ``asked``: the columns whose answer is tried."""

    page: str
    stage: str
    cells: dict[str, str]
    methods: tuple[str, ...]
    asked: tuple[str, ...] = tuple(PEOPLE)
    is_first: bool = False  # the stage its line of the table begins with


def is_asked(column: str, row: Row) -> bool:
    """Whether this line is asked for in the name of a person of ``LIKENESSES``."""
    return row.is_first or column in EVERYWHERE or (column in AT_ONE_CASE and row.stage == ONE_CASE)


def due_for(column: str, row: Row) -> str:
    """What a person of ``LIKENESSES`` gets: what his like gets, unless ``OTHERWISE`` says something else. What the
    like may not even look at is nobody's exception."""
    like = AT_ONE_CASE.get(column, column) if row.stage == ONE_CASE else column
    otherwise, due = OTHERWISE.get(like, {}), row.cells[LIKENESSES[like]]
    if due != ".":
        due = otherwise.get(row.page, due)
    due = otherwise.get(f"{row.page} {row.stage}", due)
    own = OTHERWISE.get(column, {})
    due = own.get(f"{row.page} {row.stage}", due)
    return own.get(f"{row.page} {row.stage} {' '.join(row.methods)}", due)


def rows() -> list[Row]:
    """The table, one row per address and stage."""
    found = []
    for names, (methods, table) in PAGES.items():
        for line in filter(None, map(str.strip, table.splitlines())):
            span, *rest = line.split()
            named, cells = rest[: -len(PEOPLE)], dict(zip(PEOPLE, rest[-len(PEOPLE) :], strict=True))
            for stage in stages_of(span):
                is_first = stage == span.partition("-")[0]
                row = Row("", stage, cells, tuple(named or methods.split()), is_first=is_first)
                if stage not in span.split("-"):
                    row = replace(
                        row, methods=row.methods[:1], asked=tuple(who for who in PEOPLE if who not in SECONDS)
                    )
                found += [replace(row, page=page) for page in names.split()]
    return found


def stages_of(span: str) -> tuple[str, ...]:
    """``SIGNED`` or ``SIGNED-RATED`` as the stages it covers."""
    first, _, last = span.partition("-")
    return STAGES[STAGES.index(first) : STAGES.index(last or first) + 1]


def methods_of(page: str) -> set[str]:
    """GET, POST or both: what ``page`` takes at all."""
    return next(set(methods.split()) for names, (methods, _) in PAGES.items() if page in names.split())
