"""A form whose log-in has run out, or whose token is old, loses no word, without any script in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from panjin_portal.kept_input import MOST_CHARACTERS, WRITER
from panjin_portal.lib import clock
from proposals.models import Login, User
from proposals.models.logins import KEPT
from tests.permissions.city import City
from tests.security.forms_on_pages import form_with
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db  # the city wraps all of them in one transaction

WORDS = "这段话写了一上午：<b>三点</b>建议 & “理由”。"
# Where long texts are written: page, stage, who, log-in name, field.
PLACES = [
    ("proposal-edit", "DRAFT", "P", "minjian", "background"),
    ("reply-edit", "DRAFTING", "C1", "sfj_clerk", "head-opening"),
    ("opinion-edit@helper", "ACCEPTED", "H1", "gaj_clerk", "body"),
    ("proposal-review", "SUBMITTED", "T1", "tian", "opinion"),
    ("reply-review", "REVIEWING", "RV", "sfj_reviewer", "comment"),
    ("reply-sign", "SIGNING", "LD", "sfj_leader", "comment"),
    ("reply-rate", "ISSUED", "P", "minjian", "opinion"),
    ("publication-decide", "RELEASING", "C1", "sfj_clerk", "comment"),
]
IDS = [place for place, *_ in PLACES]


@pytest.fixture
def browser(city: City) -> Iterator[Client]:
    """A browser of its own that obeys tokens; what it does is undone."""
    with transaction.atomic():
        yield Client(enforce_csrf_checks=True)
        transaction.set_rollback(True)


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def token_in(page: str) -> str:
    return page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]


def log_in(browser: Client, username: str, page: str = "") -> Any:
    form = text_of(browser.get(reverse("login"), {"next": page}))
    data = {"username": username, "password": PASSWORD, "next": page, "csrfmiddlewaretoken": token_in(form)}
    return browser.post(reverse("login"), data)


def typed(browser: Client, url: str, field: str, **more: Any) -> dict[str, Any]:
    """The form at ``url`` as it stands, with ``WORDS`` in ``field`` and its token."""
    page = text_of(browser.get(url))
    return {**form_with(page, field), field: [WORDS], "csrfmiddlewaretoken": token_in(page), **more}


def end_session(browser: Client) -> None:
    """As time does: the row is gone, and the browser has dropped its cookie."""
    Login.objects.filter(pk=browser.cookies[settings.SESSION_COOKIE_NAME].value).delete()
    del browser.cookies[settings.SESSION_COOKIE_NAME]


@pytest.mark.parametrize(("page", "stage", "who", "username", "field"), PLACES, ids=IDS)
def test_after_log_in_the_words_stand_in_the_form_and_nothing_was_stored(
    city: City, browser: Client, page: str, stage: str, who: str, username: str, field: str
) -> None:
    url = city.address(page, stage) or ""
    log_in(browser, username)
    data = typed(browser, url, field)
    before = form_with(text_of(browser.get(url)), field)
    end_session(browser)

    refused = browser.post(url, data)
    door = browser.get(refused["Location"])
    back = log_in(browser, username, url)
    form = browser.get(back["Location"])

    assert refused.status_code == 302
    assert "没有丢" in text_of(door)
    assert (back["Location"], form.status_code) == (url, 200)
    assert form_with(text_of(form), field)[field] == [WORDS]
    assert "登录过期时，您填写的内容没有保存" in text_of(form)
    assert form_with(text_of(browser.get(url)), field) == before, "shown once, never stored"
    sent = {**form_with(text_of(form), field), "csrfmiddlewaretoken": token_in(text_of(form))}
    assert browser.post(url, sent).status_code in {302, 400}, "the same button again is taken"


def test_the_end_of_the_longest_time_keeps_the_words_too(city: City, browser: Client) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    log_in(browser, "minjian")
    data = typed(browser, url, "background")

    with clock.at(clock.now() + timedelta(hours=settings.SESSION_MAX_HOURS)):
        refused = browser.post(url, data)
        back = log_in(browser, "minjian", url)
        form = browser.get(back["Location"])

    assert refused["Location"] == f"{reverse('login')}?next={url}"
    assert form_with(text_of(form), "background")["background"] == [WORDS]


def test_somebody_else_who_logs_in_does_not_get_the_words(city: City, browser: Client) -> None:
    url = city.address("reply-edit", "DRAFTING") or ""
    log_in(browser, "sfj_clerk")
    data = typed(browser, url, "head-opening")
    end_session(browser)
    browser.post(url, data)

    log_in(browser, "sfj_clerk2", url)
    page = text_of(browser.get(url))

    assert form_with(page, "head-opening")["head-opening"] != [WORDS]
    assert "您填写的内容" not in page
    assert KEPT not in browser.session


@pytest.mark.parametrize("case", ["a visitor", "a forged name", "too much", "no token"])
def test_a_stranger_can_plant_nothing(city: City, browser: Client, case: str) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    log_in(browser, "minjian")
    data = typed(browser, url, "background")
    end_session(browser)
    if case == "a visitor":
        del browser.cookies[WRITER]
    elif case == "a forged name":
        browser.cookies[WRITER] = str(User.objects.get(username="minjian").pk)
    elif case == "too much":
        data["background"] = ["长" * (MOST_CHARACTERS + 1)]
    else:
        del data["csrfmiddlewaretoken"]

    answer = browser.post(url, data)

    assert answer.status_code in {302, 403}
    assert not Login.objects.filter(user=None).exists()


def test_rows_a_script_had_added_come_back(city: City, browser: Client) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    log_in(browser, "minjian")
    data = typed(browser, url, "background")
    data |= {"asks-TOTAL_FORMS": ["9"], "asks-8-text": ["第九条建议"], "asks-8-position": ["9"]}
    end_session(browser)
    browser.post(url, data)

    log_in(browser, "minjian", url)
    sent = form_with(text_of(browser.get(url)), "background")

    assert sent["asks-8-text"] == ["第九条建议"]
    assert sent["asks-TOTAL_FORMS"] == ["9"]


def test_words_without_a_field_are_shown_beside_the_form(city: City, browser: Client) -> None:
    url = city.address("reply-edit", "DRAFTING") or ""
    log_in(browser, "sfj_clerk")
    data = typed(browser, url, "head-opening", **{"s99999-body": ["写在后来被删的一段里"]})
    end_session(browser)
    browser.post(url, data)

    log_in(browser, "sfj_clerk", url)

    assert "写在后来被删的一段里</textarea>" in text_of(browser.get(url))


def test_a_button_without_a_page_of_its_own_leads_back_to_where_it_stood(city: City, browser: Client) -> None:
    log_in(browser, "minjian")
    page = text_of(browser.get(reverse("notice-list")))
    end_session(browser)

    data = {"csrfmiddlewaretoken": token_in(page) or token_in(text_of(browser.get(reverse("login"))))}
    answer = browser.post(
        reverse("notice-read-all"), data, headers={"referer": "http://testserver" + reverse("notice-list")}
    )

    assert answer["Location"] == f"{reverse('login')}?next={reverse('notice-list')}"


def test_after_a_plain_button_nothing_is_said_of_words(city: City, browser: Client) -> None:
    log_in(browser, "minjian")
    here = reverse("notice-list")
    data = {"do": "read", "csrfmiddlewaretoken": token_in(text_of(browser.get(reverse("password-change"))))}
    end_session(browser)
    browser.post(reverse("notice-read-all"), data, headers={"referer": "http://testserver" + here})

    page = text_of(browser.get(log_in(browser, "minjian", here)["Location"]))

    assert "登录过期，刚才的一步没有办成。请再按一次按钮。" in page
    assert "您填写的内容" not in page


OURS = {"origin": "http://testserver"}


@pytest.mark.parametrize(("page", "stage", "who", "username", "field"), PLACES, ids=IDS)
def test_an_old_token_gives_the_form_back_with_the_words(
    city: City, browser: Client, page: str, stage: str, who: str, username: str, field: str
) -> None:
    url = city.address(page, stage) or ""
    log_in(browser, username)
    data = {**typed(browser, url, field), "csrfmiddlewaretoken": "x" * 64}

    refused = browser.post(url, data, headers=OURS)
    shown = text_of(refused)

    assert refused.status_code == 403
    assert form_with(shown, field)[field] == [WORDS]
    assert "<b>三点" not in shown
    assert "刚才没有提交" in shown
    again = {**form_with(shown, field), "csrfmiddlewaretoken": token_in(shown)}
    assert browser.post(url, again, headers=OURS).status_code in {302, 400}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://testserver.evil.example", ""])
def test_words_from_elsewhere_are_not_repeated(city: City, browser: Client, origin: str) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    log_in(browser, "minjian")
    data = {**typed(browser, url, "background"), "csrfmiddlewaretoken": "x" * 64}

    refused = browser.post(url, data, headers={"origin": origin} if origin else {})

    assert refused.status_code == 403
    assert "三点" not in text_of(refused)


def test_what_has_no_page_any_more_is_shown_to_be_copied(city: City, browser: Client) -> None:
    url = city.address("proposal-edit", "SUBMITTED") or ""
    log_in(browser, "minjian")

    refused = browser.post(url, {"background": WORDS, "csrfmiddlewaretoken": "x" * 64}, headers=OURS)

    assert refused.status_code == 403
    assert "这段话写了一上午" in text_of(refused)
    assert "<b>" not in text_of(refused)


def test_a_password_is_never_repeated(city: City, browser: Client) -> None:
    log_in(browser, "minjian")
    data = {"old_password": PASSWORD, "new_password1": "别人看不到的-Word-1", "csrfmiddlewaretoken": "x" * 64}

    refused = browser.post(reverse("password-change"), data, headers=OURS)

    assert refused.status_code == 403
    assert "别人看不到的" not in text_of(refused)
    assert PASSWORD not in text_of(refused)


def test_files_are_to_be_chosen_again_and_the_page_says_so(city: City, browser: Client) -> None:
    url = city.address("proposal-edit", "DRAFT") or ""
    log_in(browser, "minjian")
    data = {**typed(browser, url, "background"), "attachments": SimpleUploadedFile("甲.txt", "文字。".encode())}
    end_session(browser)
    browser.post(url, data)

    log_in(browser, "minjian", url)

    assert "附件需要重新选择" in text_of(browser.get(url))
