"""What administrators change stands in the site chain, with old and new values and without personal data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import IntegrityError
from django.forms import model_to_dict
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Bureau, DeadlineRule, Event, OutgoingMail, Post, Proposer, Topic, User, Workday
from proposals.services import site_changes
from proposals.services.verification import verify_events
from replies.models import ReleaseStep
from tests.proposals.reminders.clocks import DUE, morning
from tests.world import World


@pytest.fixture
def manager(world: World, client: Client) -> Client:
    client.force_login(world.admin)
    return client


def form_of(row: Any, **changes: Any) -> dict[str, Any]:
    """What the browser sends for ``row``: blanks for nothing, no entry for an unticked box."""
    values = {**model_to_dict(row), **changes}
    return {name: "" if value is None else value for name, value in values.items() if value is not False}


def rows_of(prefix: str, rows: list[dict[str, Any]], initial: int) -> dict[str, Any]:
    """An inline as the browser sends it."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for position, row in enumerate(rows):
        data |= {f"{prefix}-{position}-{name}": value for name, value in row.items()}
    return data


def save(manager: Client, row: Any, data: dict[str, Any]) -> HttpResponse:
    meta = row._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return manager.post(address, data)  # type: ignore[return-value]


def site_events() -> list[Event]:
    return list(Event.objects.filter(proposal=None).order_by("number"))


def test_a_changed_bureau_is_told_with_both_values(manager: Client, world: World) -> None:
    answer = save(manager, world.sfj, form_of(world.sfj, short_name="司法局", position=9))

    (event,) = site_events()
    assert answer.status_code == 302
    assert (event.actor, event.kind) == (world.admin, "admin_bureau")
    assert event.text == "修改单位“司法局”：简称 市司法局 → 司法局；排序 3 → 9"
    assert event.data["old"] == {"short_name": "市司法局", "position": 3}
    assert event.data["new"] == {"short_name": "司法局", "position": 9}
    assert verify_events().faults == []


def test_contacts_of_a_bureau_change_without_being_told(manager: Client, world: World) -> None:
    save(manager, world.sfj, form_of(world.sfj, contact_person="司文清", contact_phone="13800000000"))

    (event,) = site_events()
    assert event.text == "修改单位“市司法局”：联系人已更新；联系电话已更新"
    assert "司文清" not in json.dumps(event.data, ensure_ascii=False)
    assert "138" not in event.text


def test_a_form_saved_without_a_change_leaves_no_trace(manager: Client, world: World) -> None:
    assert save(manager, world.sfj, form_of(world.sfj)).status_code == 302

    assert site_events() == []


def test_a_new_post_and_its_end_are_told_by_key(manager: Client, world: World) -> None:
    data = {"user": world.nobody.pk, "role": "clerk", "bureau": world.gaj.pk, "starts_on": "2026-01-01"}
    manager.post(reverse("admin:proposals_post_add"), data)
    post = Post.objects.get(user=world.nobody)
    save(manager, post, {**data, "ends_on": "2026-06-30"})

    added, ended = site_events()
    assert added.data["old"] is None
    assert added.data["new"]["user"] == world.nobody.pk
    assert ended.text.endswith("：任职止 （空） → 2026-06-30")
    assert not any(world.nobody.display_name in event.text for event in (added, ended))


def test_a_post_for_bureau_and_proposer_at_once_is_refused_in_the_form(manager: Client, world: World) -> None:
    data = {"user": world.nobody.pk, "role": "clerk", "bureau": world.gaj.pk, "proposer": world.minjian.pk}
    answer = manager.post(reverse("admin:proposals_post_add"), {**data, "starts_on": "2026-01-01"})

    assert answer.status_code == 200
    assert "二者只填一个" in answer.content.decode()
    assert site_events() == []


def test_a_person_is_added_given_a_post_and_locked(manager: Client, world: World) -> None:
    added = manager.post(
        reverse("admin:proposals_user_add"),
        {
            "username": "newcomer",
            "display_name": "新来的",
            "email": "new@panjin.example",
            "phone": "",
            "usable_password": "true",
            "password1": "Long-enough-2026",
            "password2": "Long-enough-2026",
        },
    )
    user = User.objects.get(username="newcomer")
    form = {"username": "newcomer", "display_name": "新来的", "email": "new@panjin.example", "phone": ""}
    form["must_change_password"] = "on"  # as the page shows it for whoever was just added
    post = {"user": user.pk, "role": "clerk", "bureau": world.gaj.pk, "starts_on": "2026-01-01"}
    saved = save(manager, user, {**form, **rows_of("posts", [post], 0)})

    user.refresh_from_db()
    assert (added.status_code, saved.status_code) == (302, 302)
    assert user.check_password("Long-enough-2026")
    assert (user.is_active, user.posts.count()) == (False, 1)
    kinds = [(event.kind, event.text) for event in site_events()]
    assert [kind for kind, _ in kinds] == ["admin_user", "admin_user", "admin_post"]
    assert kinds[1][1] == f"修改用户“用户{user.pk}”：有效 是 → 否"
    assert not any("新来的" in event.text + json.dumps(event.data, ensure_ascii=False) for event in site_events())


def test_a_rule_is_told_and_one_that_gives_no_date_is_refused(manager: Client, world: World) -> None:
    rules = list(DeadlineRule.objects.filter(session=world.session).order_by("id"))
    rows = [form_of(rule, session=world.session.pk) for rule in rules]
    session = form_of(world.session) | rows_of("feedback_fields", [], 0) | rows_of("assignment_policy", [], 0)

    rows[0]["amount"] = 9999
    refused = save(manager, world.session, {**session, **rows_of("deadline_rules", rows, len(rows))})
    rows[0]["amount"] = 7
    saved = save(manager, world.session, {**session, **rows_of("deadline_rules", rows, len(rows))})

    assert refused.status_code == 200
    assert "期限数应为 1 至 2600 之间的整数" in refused.content.decode()
    assert saved.status_code == 302
    assert [event.text for event in site_events()] == ["修改期限规则“签收：7个工作日”：数量 5 → 7"]


def test_a_removed_rule_is_told(manager: Client, world: World) -> None:
    rules = list(DeadlineRule.objects.filter(session=world.session).order_by("id"))
    rows = [form_of(rule, session=world.session.pk) for rule in rules]
    rows[0]["DELETE"] = "on"
    sent = (
        form_of(world.session)
        | rows_of("feedback_fields", [], 0)
        | rows_of("assignment_policy", [], 0)
        | rows_of("deadline_rules", rows, len(rows))
    )
    save(manager, world.session, sent)

    (event,) = site_events()
    assert event.text.startswith("删除期限规则“签收：5个工作日”")
    assert (event.data["pk"], event.data["new"]) == (rules[0].pk, None)


def test_a_release_step_is_told_and_never_a_proposers(manager: Client, world: World) -> None:
    step = ReleaseStep.objects.get(position=2)
    refused = save(manager, step, form_of(step, role="proposer"))
    save(manager, step, form_of(step, name="复核"))

    assert "提案者不参与公开审查" in refused.content.decode()
    assert [event.text for event in site_events()] == ["修改公开审查环节“复核”：环节 复审 → 复核"]


def test_days_removed_together_leave_one_event_each(manager: Client, world: World) -> None:
    days = list(Workday.objects.order_by("date")[:3])
    removal = {"action": "delete_selected", "_selected_action": [day.pk for day in days], "post": "yes"}
    manager.post(reverse("admin:proposals_workday_changelist"), removal)

    assert sorted(event.data["old"]["date"] for event in site_events()) == [day.date.isoformat() for day in days]
    assert not Workday.objects.filter(pk__in=[day.pk for day in days]).exists()


def test_a_bureau_in_use_cannot_be_removed(manager: Client, world: World) -> None:
    page = manager.get(reverse("admin:proposals_bureau_delete", args=[world.sfj.pk])).content.decode()
    removal = {"action": "delete_selected", "_selected_action": [world.sfj.pk], "post": "yes"}
    manager.post(reverse("admin:proposals_bureau_changelist"), removal)

    assert "任职" in page
    assert "无法删除 单位" in page
    assert Bureau.objects.filter(pk=world.sfj.pk).exists()
    assert site_events() == []


def test_a_change_whose_event_fails_is_not_made(manager: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(site_changes, "record_site_event", fail)
    with pytest.raises(IntegrityError):
        save(manager, world.sfj, form_of(world.sfj, short_name="司法局"))

    world.sfj.refresh_from_db()
    assert world.sfj.short_name == "市司法局"


def test_topics_stay_in_two_levels(manager: Client, world: World) -> None:
    top = Topic.objects.filter(parent=None).first()
    other = Topic.objects.filter(parent=None).last()
    assert top is not None
    assert other is not None

    itself = save(manager, top, form_of(top, parent=top.pk))
    below = save(manager, top, form_of(top, parent=other.pk))

    assert "不能以自己为大类" in itself.content.decode()
    assert "下面还有小类" in below.content.decode()


def test_a_given_up_mail_is_put_back_in_line_and_others_are_left(manager: Client, world: World) -> None:
    common = {"recipient": world.gaj_clerk, "subject": "提醒", "body": "正文", "created_at": morning(DUE)}
    failed = OutgoingMail.objects.create(message_id="<1@x>", state="failed", next_try_at=morning(DUE), **common)
    sent = OutgoingMail.objects.create(message_id="<2@x>", state="sent", next_try_at=morning(DUE), **common)
    chosen = {"action": "try_again", "_selected_action": [failed.pk, sent.pk]}
    with clock.at(morning(DUE)):
        answer = manager.post(reverse("admin:proposals_outgoingmail_changelist"), chosen, follow=True)

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, sent.state) == ("pending", "sent")
    assert "1条消息已重新排队，两分钟内发送；另有1条不是失败状态，未动。" in answer.content.decode()
    event = Event.objects.get(kind="message_retried")
    assert (event.actor, event.text) == (world.admin, f"重新发送失败的邮件（编号{failed.pk}）")


@pytest.mark.parametrize("who", ["sfj_clerk", "committee_staff", "nobody"])
def test_system_management_is_closed_to_everybody_else(world: World, client: Client, who: str) -> None:
    client.force_login(getattr(world, who))

    for name in ("index", "proposals_bureau_changelist", "proposals_event_changelist"):
        answer = client.get(reverse(f"admin:{name}"))
        assert answer.status_code == 403
        assert "系统管理只对系统管理员开放" in answer.content.decode()


def test_proposers_leave_no_personal_data_in_the_log(manager: Client, world: World) -> None:
    answer = save(manager, world.member, form_of(world.member, phone="13900000000"))

    assert answer.status_code == 302
    assert Proposer.objects.get(pk=world.member.pk).phone == "13900000000"
    assert site_events() == []
