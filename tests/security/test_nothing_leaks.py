"""Words planted in every case are found where they belong and nowhere else, whoever looks at whatever page."""

from __future__ import annotations

import re

import pytest

from tests.permissions.city import CONTACT_PHONE, MEMBER_PHONE, PROPOSER_PHONE, USER_PHONE, City
from tests.permissions.matrix import PEOPLE, stages_of
from tests.security.walking import addresses, whole_text

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

# One of each pair of the matrix; * is everybody, signed in or not.
WALKERS = ("T1", "D1", "C1", "RV", "H1", "X", "P", "S", "N", "A", "--")
# Who may read what stands where, by hand. T: 提案委, D: 督查室, C: 司法局 (lead), H: 公安局 (helper), P: proposer.
READERS: dict[str, dict[str, str]] = {
    "title": {
        "TYPED": "T A",
        "DRAFT": "P",
        "SUBMITTED-RETURNED": "T P A",
        "REGISTERED": "T D P A",
        "ASSIGNED-RELEASING": "T D C H P A",
        "PUBLISHED-UNPUBLISHED": "*",  # the title of what was taken down stays on the page that says so
    },
    "body": {
        "TYPED": "T A",
        "DRAFT": "P",
        "SUBMITTED-RETURNED": "T P A",
        "REGISTERED": "T D P A",
        "ASSIGNED-UNPUBLISHED": "T D C H P A",
    },
    "file": {
        "TYPED": "T A",
        "DRAFT": "P",
        "SUBMITTED-RETURNED": "T P A",
        "REGISTERED": "T D P A",
        "ASSIGNED-UNPUBLISHED": "T D C H P A",
    },
    "opinion": {
        "ACCEPTED": "H",
        "DRAFTING-SIGNING": "C H",
        "SIGNED": "T D C H A",
        "ISSUED-RELEASING": "T D C H P A",
        "PUBLISHED": "*",
        "UNPUBLISHED": "T D C H P A",
    },
    "reply": {
        "DRAFTING-REVIEWING": "C",
        "COUNTERSIGNING-SIGNING": "C H",
        "SIGNED": "T D C H A",
        "ISSUED-RELEASING": "T D C H P A",
        "PUBLISHED": "*",
        "UNPUBLISHED": "T D C H P A",
        "IMPORTED": "T D C",
        "CONFIRMED": "T D C P A",
    },
    "comment": {  # what was said in clearance is for the bureaus, then for the offices; never for the proposer
        "COUNTERSIGNING-SIGNING": "C H",
        "SIGNED-UNPUBLISHED": "T D C H A",
    },
    "release": {"PUBLISHED-UNPUBLISHED": "T D C H A"},
    "rating": {"RATED": "T D C H P A"},
}
NUMBERS = {
    PROPOSER_PHONE: "T D C H P A",
    MEMBER_PHONE: "",  # this member has no case
    CONTACT_PHONE: "T D C H P A",  # in the letter, not on the public page
    USER_PHONE: "T D C H A",
}
MARK = re.compile(r"暗记(\w+?)在(\w+?)止")


def group_of(column: str) -> str:
    """The letter of ``READERS`` that stands for ``column``."""
    return {"T1": "T", "D1": "D", "C1": "C", "RV": "C", "H1": "H"}.get(column, column)


def allowed(column: str) -> set[tuple[str, str]]:
    """Kind and stage of all the words that are for ``column``."""
    return {
        (kind, stage)
        for kind, spans in READERS.items()
        for span, readers in spans.items()
        for stage in stages_of(span)
        if readers == "*" or group_of(column) in readers.split()
    }


@pytest.fixture(scope="module")
def seen(city: City) -> dict[str, dict[tuple[str, str], str]]:
    """For each walker: every mark and number he met, and on which page first."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for column in WALKERS:
        met: dict[tuple[str, str], str] = {}
        for url in addresses(city, column):
            text = whole_text(city.ask(column, url))
            for kind, stage in MARK.findall(text):
                met.setdefault((kind, stage), url)
            for number in NUMBERS:
                if number in text:
                    met.setdefault(("number", number), url)
        found[column] = met
    return found


@pytest.mark.parametrize("column", WALKERS)
def test_nobody_meets_words_that_are_not_for_him(seen: dict[str, dict[tuple[str, str], str]], column: str) -> None:
    numbers = {("number", number) for number, readers in NUMBERS.items() if group_of(column) in readers.split()}
    leaks = {what: url for what, url in seen[column].items() if what not in allowed(column) | numbers}

    assert not leaks, f"{PEOPLE[column] or 'a visitor'}: {leaks}"


def test_the_words_are_there_to_be_found(seen: dict[str, dict[tuple[str, str], str]]) -> None:
    met = set().union(*(set(found) for found in seen.values()))
    planted = {(kind, stage) for kind, spans in READERS.items() for span in spans for stage in stages_of(span)}

    assert planted - met == set()
    assert ("number", PROPOSER_PHONE) in met
    assert ("number", CONTACT_PHONE) in met
