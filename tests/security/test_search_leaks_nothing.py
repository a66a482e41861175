"""Words planted in every case are found by whoever may read them there, and by nobody else: an unsigned reply, an
opinion, a comment or a telephone number must not be guessed by trying words."""

from __future__ import annotations

import pytest

from panjin_portal.lib.bigrams import words_of
from proposals.permissions import answers_readable_by, visible_proposals
from proposals.search import with_words
from replies.models import Publication
from replies.search import best_publications
from tests.permissions.city import CONTACT_PHONE, MEMBER_PHONE, PROPOSER_PHONE, USER_PHONE, City
from tests.permissions.matrix import PEOPLE, stages_of
from tests.security.test_nothing_leaks import READERS, WALKERS, group_of

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

SIGNED_IN = tuple(column for column in WALKERS if PEOPLE[column])
ANSWERED = {"ISSUED-UNPUBLISHED": "T D C H P A"}
# In which cases a word of this kind is found, by whom. What is not here is found nowhere.
FOUND: dict[str, dict[str, str]] = {
    "title": READERS["body"],  # the title is the public's too, once published; the case is not
    "body": READERS["body"],
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
