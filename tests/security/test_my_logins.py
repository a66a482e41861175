"""A person sees where he is signed in and ends it; a session ends in time; a password is his own and no weak one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db.models import F
from django.test import Client, override_settings
from django.urls import reverse

from panjin_portal.lib.clock import SHANGHAI
from proposals.errors import NotAllowed
from proposals.models import Event, Login, User
from proposals.services.accounts import end_all_logins, forget_ended_logins
from tests.world import PASSWORD, World

MORNING = datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605 Version/17.0 Mobile Safari/604.1"
NEW = "Qing-cao-2026"
Clock = Callable[[date | datetime], None]


def signed_in(username: str, *, agent: str = EDGE, address: str = "192.0.2.7", password: str = PASSWORD) -> Client:
    """A browser in which ``username`` has logged in by the form."""
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post(reverse("login"), {"username": username, "password": password}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("notice-list")).status_code == 200


def page_of(client: Client) -> str:
    return client.get(reverse("login-list")).content.decode()


def test_the_list_tells_browser_place_and_time_and_no_key(world: World, clock_at: Clock) -> None:
    clock_at(MORNING)
    phone = signed_in("sfj_clerk", agent=PHONE, address="2001:db8:7::9")
    here = signed_in("sfj_clerk")
    signed_in("gaj_clerk", address="198.51.100.1")

    page = page_of(here)

    assert "Edge，Windows" in page
    assert "Safari，iPhone" in page
    assert "192.0.2.*" in page
    assert "2001:db8:7:*" in page
    assert "192.0.2.7" not in page
    assert "198.51.100" not in page, "another person's"
    assert page.count(">本次登录</td>") == 1
    assert "2026-03-02 08:30" in page
    for client in (here, phone):
        assert client.cookies[settings.SESSION_COOKIE_NAME].value not in page
        assert "192.0.2.7" not in str(dict(client.session))


def test_a_person_ends_one_log_in_and_keeps_the_others(world: World) -> None:
    phone, office, here = (signed_in("sfj_clerk", agent=agent) for agent in (PHONE, EDGE, EDGE))
    mark = page_of(here).partition("Safari，iPhone")[2].partition('action="')[2].partition('"')[0]

    assert here.post(mark).status_code == 302
    assert (is_in(phone), is_in(office), is_in(here)) == (False, True, True)


def test_a_person_ends_all_log_ins_but_this(world: World) -> None:
    others = [signed_in("sfj_clerk"), signed_in("sfj_clerk", agent=PHONE)]
    here, stranger = signed_in("sfj_clerk"), signed_in("gaj_clerk")

    here.post(reverse("login-end-others"))

    assert [is_in(client) for client in others] == [False, False]
    assert is_in(here)
    assert is_in(stranger)


def test_nobody_ends_the_log_in_of_another(world: World) -> None:
    his, mine = signed_in("sfj_clerk"), signed_in("sfj_clerk2")
    signed_in("sfj_clerk")
    address = page_of(his).partition('action="/logins/')[2].partition('"')[0]

    assert mine.post(f"/logins/{address}").status_code == 404
    assert Login.objects.filter(user=world.sfj_clerk).count() == 2


def test_a_session_ends_after_its_longest_time_however_busy(world: World, clock_at: Clock) -> None:
    clock_at(MORNING)
    client = signed_in("sfj_clerk")
    for hour in range(1, settings.SESSION_MAX_HOURS):
        clock_at(MORNING + timedelta(hours=hour))
        assert is_in(client), hour

    clock_at(MORNING + timedelta(hours=settings.SESSION_MAX_HOURS))
    page = reverse("proposal-list") + "?state=assigned"
    answer = client.get(page)

    assert answer["Location"] == f"{reverse('login')}?next=/proposals/%3Fstate%3Dassigned"
    again = client.post(reverse("login"), {"username": "sfj_clerk", "password": PASSWORD, "next": page})
    assert again["Location"] == page


def test_ended_sessions_are_forgotten(world: World) -> None:
    client = signed_in("sfj_clerk")
    signed_in("gaj_clerk")
    Login.objects.filter(user=world.sfj_clerk).update(expire_date=MORNING)

    assert forget_ended_logins() == 1
    assert not is_in(client)


def test_an_administrator_signs_a_person_out_everywhere_and_it_is_written_down(world: World) -> None:
    his, admin = [signed_in("sfj_clerk"), signed_in("sfj_clerk", agent=PHONE)], signed_in("admin")
    data = {"action": "sign_out", "_selected_action": [world.sfj_clerk.pk]}

    admin.post(reverse("admin:proposals_user_changelist"), data)

    assert [is_in(client) for client in his] == [False, False]
    event = Event.objects.filter(proposal=None, kind="sign_out").get()
    assert (event.actor, event.data) == (world.admin, {"user": world.sfj_clerk.pk, "ended": 2})
    assert "司文清" not in event.text
    with pytest.raises(NotAllowed):
        end_all_logins(world.committee_staff, people=[world.admin])


def test_a_new_password_signs_out_elsewhere_and_not_here(world: World) -> None:
    elsewhere, here = signed_in("sfj_clerk"), signed_in("sfj_clerk")
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}

    answer = here.post(reverse("password-change"), data)

    assert answer["Location"] == reverse("login-list")
    assert (is_in(elsewhere), is_in(here)) == (False, True)
    assert Login.objects.filter(user=world.sfj_clerk).count() == 1
    signed_in("sfj_clerk", password=NEW)


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("Ab-1", "至少 10 个字符"),
        ("qingcaoqingcao", "至少要有三类"),
        ("20260302123456", "全是数字|只包含数字|全部为数字|全都是数字"),
        ("password1234", "常见"),
        ("sfj_clerk-A1", "相似|近似|类似"),
        (PASSWORD, "不能与现在的密码相同"),
    ],
)
def test_a_weak_password_is_refused_in_chinese_at_the_field(world: World, password: str, complaint: str) -> None:
    client = signed_in("sfj_clerk")
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}

    answer = client.post(reverse("password-change"), data)
    page = answer.content.decode()

    assert answer.status_code == 400
    errors = page.partition('id="id_new_password2_error"')[2].partition("</ul>")[0]
    assert any(words in errors for words in complaint.split("|")), errors
    assert f'value="{password}"' not in page


def test_the_wrong_old_password_changes_nothing(world: World) -> None:
    client = signed_in("sfj_clerk")

    answer = client.post(
        reverse("password-change"), {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    )

    assert answer.status_code == 400
    assert 'id="id_old_password_error"' in answer.content.decode()
    signed_in("sfj_clerk")


@override_settings(AXES_ENABLED=True)
def test_wrong_old_passwords_are_counted_like_wrong_log_ins(world: World) -> None:
    client = Client(REMOTE_ADDR="192.0.2.40")
    client.force_login(world.sfj_clerk)
    wrong = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}

    answers = [client.post(reverse("password-change"), wrong).status_code for _ in range(5)]

    assert answers == [400, 400, 400, 400, 429]
    assert client.post(reverse("password-change"), wrong | {"old_password": PASSWORD}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.41").post(reverse("login"), {"username": "sfj_clerk", "password": PASSWORD})
    assert elsewhere.status_code == 302


@override_settings(AXES_ENABLED=True)
def test_a_single_slip_of_the_old_password_locks_nobody_out(world: World) -> None:
    client = Client(REMOTE_ADDR="192.0.2.42")
    client.force_login(world.sfj_clerk)
    data = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}

    assert client.post(reverse("password-change"), data).status_code == 400
    assert client.post(reverse("password-change"), data | {"old_password": PASSWORD}).status_code == 302


def test_a_password_set_by_an_administrator_must_be_changed_first(world: World) -> None:
    his, admin = signed_in("sfj_clerk"), signed_in("admin")
    reset = reverse("admin:auth_user_password_change", args=[world.sfj_clerk.pk])
    given = "Jiedao-2026-a"

    answer = admin.post(reset, {"usable_password": "true", "password1": given, "password2": given})

    assert answer.status_code == 302
    assert not is_in(his)
    assert set(Event.objects.filter(proposal=None).values_list("kind", flat=True)) >= {"password_reset", "sign_out"}
    client = signed_in("sfj_clerk", password=given)
    page = reverse("proposal-list")
    assert client.get(page)["Location"] == f"{reverse('password-change')}?next=%2Fproposals%2F"
    assert client.post(reverse("notice-read-all"))["Location"].startswith(reverse("password-change"))
    assert "系统管理员设的" in client.get(reverse("password-change")).content.decode()
    data = {"old_password": given, "new_password1": NEW, "new_password2": NEW, "next": page}
    assert client.post(reverse("password-change"), data)["Location"] == page
    assert client.get(page).status_code == 200
    assert not User.objects.get(pk=world.sfj_clerk.pk).must_change_password


def test_the_way_back_after_a_new_password_is_ours(world: World) -> None:
    client = signed_in("sfj_clerk")
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW, "next": "https://evil.example/"}

    assert client.post(reverse("password-change"), data)["Location"] == reverse("login-list")


@pytest.mark.parametrize("username", ["sfj_clerk", "nobody-of-that-name", "closed"])
def test_a_refused_log_in_costs_one_hash_whoever_is_named(world: World, username: str) -> None:
    User.objects.create_user("closed", password=PASSWORD, display_name="已停用", is_active=False)
    with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
        answer = Client().post(reverse("login"), {"username": username, "password": "wrong"})

    assert answer.status_code == 200
    assert encode.call_count == 1


@override_settings(AXES_ENABLED=True)
def test_a_lock_ends_after_a_quarter_of_an_hour_and_says_when(world: World, clock_at: Clock) -> None:
    clock_at(MORNING)
    client, wrong = Client(REMOTE_ADDR="192.0.2.20"), {"username": "sfj_clerk", "password": "wrong"}
    answers = [client.post(reverse("login"), wrong) for _ in range(5)]
    assert client.post(reverse("login"), wrong | {"password": PASSWORD}).status_code == 429

    assert "08:45 以后" in answers[-1].content.decode()
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=16))
    assert client.post(reverse("login"), wrong | {"password": PASSWORD}).status_code == 302


@override_settings(AXES_ENABLED=True, BEHIND_PROXY=True)
def test_behind_the_proxy_the_lock_follows_the_client_not_what_he_claims(world: World) -> None:
    def attempt(forwarded: str, password: str) -> int:
        client = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": forwarded})
        return client.post(reverse("login"), {"username": "sfj_clerk", "password": password}).status_code

    for number in range(5):
        attempt(f"203.0.113.{number}, 192.0.2.30", "wrong")

    assert attempt("203.0.113.99, 192.0.2.30", PASSWORD) == 429
    assert attempt("192.0.2.31", PASSWORD) == 302


def test_the_door_of_the_administration_is_the_portal_s(world: World) -> None:
    page = reverse("admin:proposals_user_changelist")

    sent = Client().get(Client().get(page)["Location"])

    assert sent["Location"] == f"{reverse('login')}?next={page}"
    client = signed_in("admin")
    assert client.get(page).status_code == 200
    assert client.get(reverse("admin:password_change"))["Location"] == reverse("password-change")


def test_who_comes_by_get_to_the_button_is_led_to_the_list_and_told_that_nothing_was_done(
    client: Client, world: World
) -> None:
    elsewhere, here = Client(), client
    for browser in (elsewhere, here):
        browser.force_login(world.sfj_clerk)
    page = here.get(reverse("login-end-others"), headers={"Accept": "text/html"}, follow=True)
    assert page.redirect_chain == [(reverse("login-list"), 302)]
    assert "还没有办理" in page.content.decode()
    assert elsewhere.get(reverse("work")).status_code == 200
    assert here.get(reverse("login-end-others"), headers={"Accept": "application/json"}).status_code == 405
