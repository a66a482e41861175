"""Whatever refuses a request gives back the words that came with it, and nothing that was no word."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from django.urls import reverse

from panjin_portal.errors import bad_request, server_error
from panjin_portal.typed import typed_texts
from proposals.services import review
from tests.proposals.stages import submitted
from tests.world import World, build_world

WORDS = "建议具体，同意立案。"


@pytest.fixture
def city(transactional_db: None) -> World:
    return build_world()


def test_words_are_given_back_and_numbers_and_passwords_are_not() -> None:
    data = {
        "comment": WORDS,
        "short": "甲 乙",
        "round": "3",
        "csrfmiddlewaretoken": "密",
        "password": "我 的 密码",
        "empty": " ",
    }
    assert typed_texts(RequestFactory().post("/x/", data)) == [WORDS, "甲 乙"]
    assert typed_texts(RequestFactory().get("/x/", data)) == []


def test_a_step_somebody_else_has_taken_gives_the_words_back(city: World, client: Client) -> None:
    proposal = submitted(city)
    review.register(city.committee_colleague, proposal=proposal)
    client.force_login(city.committee_staff)
    data = {"outcome": "register", "opinion": f"{WORDS}<b>"}
    answer = client.post(reverse("proposal-review", args=[proposal.pk]), data)
    assert answer.status_code == 409
    assert f"{WORDS}&lt;b&gt;" in answer.content.decode()


def test_a_database_that_went_away_is_told_as_503_and_a_fault_of_ours_as_500(
    city: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = submitted(city)
    client.raise_request_exception = False
    client.force_login(city.committee_staff)
    data = {"outcome": "register", "opinion": WORDS}

    def answer_when(error: Exception) -> tuple[int, bool]:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(review, "give_number", fail)
        answer = client.post(reverse("proposal-review", args=[proposal.pk]), data)
        return answer.status_code, WORDS in answer.content.decode()

    assert answer_when(OperationalError("server closed the connection")) == (503, True)
    assert answer_when(OSError(28, "No space left on device")) == (503, True)
    assert answer_when(OSError(2, "No such file")) == (500, False)
    assert answer_when(ZeroDivisionError()) == (500, False)


def test_a_session_that_could_not_be_stored_for_want_of_a_database_is_no_fault_of_the_form() -> None:
    request = RequestFactory().post("/x/", {"comment": WORDS})
    interrupted = ValueError("the session was deleted")
    interrupted.__context__ = OperationalError("database is gone")
    assert bad_request(request, interrupted).status_code == 503
    assert bad_request(request, ValueError("nonsense")).status_code == 400
    assert server_error(request).status_code == 500
