"""Words planted in every case are found where they belong and nowhere else, whoever looks at whatever page."""

from __future__ import annotations

import pytest

from panjin_portal.lib.bigrams import words_of
from proposals.permissions import answers_readable_by, visible_proposals
from proposals.search import with_words
from replies.models import Publication
from replies.search import best_publications
from tests.permissions.city import CONTACT_PHONE, MEMBER_PHONE, PROPOSER_PHONE, USER_PHONE, City
from tests.permissions.matrix import PEOPLE, stages_of
from tests.security.crawling import REFUSED, TAKEN, Walk, in_words, name_of, table_of
from tests.security.walking import ELSEWHERE

# The city wraps all of them in one transaction; the walk is made once.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("leaks")]

# One of each pair of the matrix; * is everybody, signed in or not.
WALKERS = ("T1", "D1", "C1", "RV", "H1", "X", "P", "S", "N", "A", "--")
# Who may read what stands where, by hand. T: 提案委, D: 督查室, C: 司法局 (lead), H: 公安局 (helper), P: proposer.
READERS: dict[str, dict[str, str]] = {
    "title": {
        "TYPED": "T A",
        "DRAFT": "P S",  # open to the signature of any member, who reads the text and nothing else
        "SUBMITTED-RETURNED": "T P A",
        "REGISTERED": "T D P A",
        "ASSIGNED-RELEASING": "T D C H P A",
        "PUBLISHED-UNPUBLISHED": "*",  # the title of what was taken down stays on the page that says so
    },
    "body": {
        "TYPED": "T A",
        "DRAFT": "P S",
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
    "urging": {"ACCEPTED": "T D C H A"},  # what the office wrote to the bureaus
    "log": {"ACCEPTED": "T D C H"},  # what people said, so not the administrator's
    "summary": {"ACCEPTED": "T D"},
    "slip": {"DRAFTING": "T D C A", "ISSUED": "T D C A"},
    "report": {"DRAFTING": "C", "ISSUED": "T D C A"},  # a draft is the bureau's own
    "release": {"PUBLISHED-UNPUBLISHED": "T D C H A"},
    "rating": {"RATED": "T D C H P A"},
    "invitation": {"DRAFT": "P"},  # and the invited, who does not walk here
    "talk": {"DRAFTING-UNPUBLISHED": "T D C H P"},  # with the proposers, who confirm or correct it
}
NUMBERS = {
    PROPOSER_PHONE: "T D C H P A",
    MEMBER_PHONE: "",  # this member has no case
    CONTACT_PHONE: "T D C H P A",  # in the letter, not on the public page
    USER_PHONE: "T D C H A",
}


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
def walks(city: City) -> dict[str, Walk]:
    """Everybody's way: the links and forms he is shown, then what else is open to him, and what anybody was shown."""
    found = {column: Walk(city, column, NUMBERS) for column in WALKERS}
    for walk in found.values():
        walk.crawl()
    anybody = set(ELSEWHERE).union(*(set(walk.shown) for walk in found.values()))
    for column, walk in found.items():
        his = {url for url, cells in table_of(city, column).items() if "ok" in cells}
        for url in sorted(anybody | his):
            if url not in walk.answers and not url.startswith("/admin/"):
                walk.get(url)
    return found


@pytest.mark.parametrize("column", WALKERS)
def test_nobody_meets_words_that_are_not_for_him(walks: dict[str, Walk], column: str) -> None:
    numbers = {("number", number) for number, readers in NUMBERS.items() if group_of(column) in readers.split()}
    leaks = {what: url for what, url in walks[column].met.items() if what not in allowed(column) | numbers}

    assert not leaks, f"{PEOPLE[column] or 'a visitor'}: {leaks}"


def test_the_words_are_there_to_be_found(walks: dict[str, Walk]) -> None:
    met = set().union(*(set(walk.met) for walk in walks.values()))
    planted = {(kind, stage) for kind, spans in READERS.items() for span in spans for stage in stages_of(span)}

    assert planted - met == set()
    assert ("number", PROPOSER_PHONE) in met
    assert ("number", CONTACT_PHONE) in met


# The search must not let anybody guess, word by word, what he may not read.
SIGNED_IN = tuple(column for column in WALKERS if PEOPLE[column])
ANSWERED = {"ISSUED-UNPUBLISHED": "T D C H P A"}
OF_THE_CASE = READERS["body"] | {"DRAFT": "P"}  # a text that is open to signatures is listed, not searched
# In which cases a word of this kind is found, by whom. What is not here is found nowhere.
FOUND: dict[str, dict[str, str]] = {
    "title": OF_THE_CASE,  # the title is the public's too, once published; the case is not
    "body": OF_THE_CASE,
    "reply": ANSWERED | {"CONFIRMED": "T D C P A"},
    "opinion": ANSWERED,  # taken over into the reply
}
NOWHERE = ("file", "comment", "release", "rating")


def stages_where(city: City, column: str, query: str) -> set[str]:
    """Stages of the cases that the search of the list finds for the person in ``column``."""
    user = getattr(city.world, PEOPLE[column])
    found = with_words(visible_proposals(user), words_of(query), answers=answers_readable_by(user))
    ids = set(found.values_list("pk", flat=True))
    return {stage for stage, case in city.cases.items() if case.proposal.pk in ids}


@pytest.mark.parametrize("column", SIGNED_IN)
def test_a_person_finds_exactly_the_words_he_may_read(city: City, column: str) -> None:
    for kind, spans in FOUND.items():
        expected = {
            stage for span, readers in spans.items() for stage in stages_of(span) if group_of(column) in readers.split()
        }
        assert stages_where(city, column, f"暗记{kind}") == expected, kind


@pytest.mark.parametrize("column", SIGNED_IN)
def test_nobody_finds_comments_ratings_files_or_telephone_numbers(city: City, column: str) -> None:
    for query in (*(f"暗记{kind}" for kind in NOWHERE), *numbers()):
        assert stages_where(city, column, query) == set(), query


def test_the_public_index_holds_what_is_published_and_nothing_else(city: City) -> None:
    everything = Publication.objects.all()  # not even narrowed: there is nothing else to be found
    for kind in ("title", "reply", "opinion"):
        hits = best_publications(everything, words_of(f"暗记{kind}"))
        assert hits == [city.cases["PUBLISHED"].publication.pk], kind
    for query in ("暗记body", *(f"暗记{kind}" for kind in NOWHERE), *numbers(), "司文清"):
        assert best_publications(everything, words_of(query)) == [], query


def test_the_planted_words_can_be_found_at_all(city: City) -> None:
    assert stages_where(city, "T1", "暗记reply在ISSUED止") == {"ISSUED"}
    assert stages_where(city, "P", "暗记body在DRAFT止") == {"DRAFT"}


def numbers() -> tuple[str, ...]:
    """Telephone numbers, whole and by their last part."""
    whole = (PROPOSER_PHONE, MEMBER_PHONE, CONTACT_PHONE, USER_PHONE)
    return (*whole, *(number.split("-")[-1] for number in whole))


@pytest.mark.parametrize("column", WALKERS)
def test_every_link_that_is_shown_leads_somewhere(city: City, walks: dict[str, Walk], column: str) -> None:
    table, walk = table_of(city, column), walks[column]
    dead = {
        url: f"{walk.answers[url]}, shown at {where}"
        for url, where in walk.shown.items()
        if walk.answers[url] not in TAKEN and str(walk.answers[url]) not in table.get(url, set()) - {"."}
    }

    assert not dead
    assert len(walk.shown) > 10


@pytest.mark.parametrize("column", WALKERS)
def test_every_form_that_is_shown_is_taken_or_refused_with_its_errors(walks: dict[str, Walk], column: str) -> None:
    bad = {what: status for what, status in walks[column].sent.items() if status not in {*TAKEN, 400, 403, 409}}

    assert not bad
    assert walks[column].sent


@pytest.mark.parametrize("column", WALKERS)
def test_an_address_of_somebody_else_answers_as_the_table_says(city: City, walks: dict[str, Walk], column: str) -> None:
    table = table_of(city, column)
    wrong = {
        url: status
        for url, status in walks[column].answers.items()
        if url in table and in_words(status) not in {"ok" if cell == "in" else cell for cell in table[url]}
    }
    unknown = {
        url: status
        for url, status in walks[column].answers.items()
        if url not in table and status not in {*TAKEN, *REFUSED, 404, 405}
    }

    assert not wrong
    assert not unknown


def test_somebody_else_s_notice_does_not_exist(walks: dict[str, Walk]) -> None:
    for column in set(WALKERS) - {"--"}:
        walk = walks[column]
        others = [url for url in walk.answers if name_of(url) == "notice-open" and url not in walk.shown]
        assert {walk.answers[url] for url in others} <= ({404} if column != "T1" else {404, 302}), column
