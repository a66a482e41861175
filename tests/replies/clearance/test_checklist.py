"""核稿 by a checklist: every item is ticked or commented, and what was said stays with the step."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput
from replies.models import ChecklistItem, ChecklistMark
from replies.services.checklist import Mark, active_items
from replies.services.clearance import pass_review, send_back
from replies.services.reference import seed_checklist
from replies.workflow import ReplyState
from tests.replies.drafting.case import reviewing
from tests.world import World


def test_the_five_items_are_there_and_a_citys_own_list_is_left_alone(world: World) -> None:
    seed_checklist()
    names = [item.name for item in active_items()]
    assert names == ["针对性", "解决情况", "会办情况", "格式", "文字"]
    ChecklistItem.objects.exclude(name="文字").delete()
    seed_checklist()
    assert [item.name for item in active_items()] == ["文字"]


def test_what_is_neither_ticked_nor_commented_stops_the_draft(world: World) -> None:
    seed_checklist()
    first, *rest = active_items()
    reply = reviewing(world)
    marks = {item.pk: Mark(True) for item in rest}
    with pytest.raises(InvalidInput) as refusal:
        pass_review(world.sfj_reviewer, reply=reply, marks=marks)
    assert set(refusal.value.errors) == {f"item_{first.pk}"}
    marks[first.pk] = Mark(False, "第三条答得不够，已请经办人当面说明。")
    assert pass_review(world.sfj_reviewer, reply=reply, marks=marks).state == ReplyState.COUNTERSIGNING
    kept = ChecklistMark.objects.filter(step__reply=reply, step__step="review")
    assert list(kept.values_list("name", "is_fine").order_by("id"))[:2] == [("针对性", False), ("解决情况", True)]


def test_a_draft_sent_back_keeps_what_was_found_by_then(world: World) -> None:
    seed_checklist()
    first = active_items()[0]
    send_back(world.sfj_reviewer, reply=reviewing(world), comment="请改。", marks={first.pk: Mark(False, "偏题。")})
    assert ChecklistMark.objects.get().comment == "偏题。"


def test_an_item_out_of_use_is_not_asked_for(world: World) -> None:
    seed_checklist()
    ChecklistItem.objects.update(is_active=False)
    assert pass_review(world.sfj_reviewer, reply=reviewing(world)).state == ReplyState.COUNTERSIGNING


def test_a_bureau_alone_is_not_asked_about_co_handlers(world: World, client: Client) -> None:
    seed_checklist()
    reply = reviewing(world, helpers=[])
    asked = [item for item in active_items() if item.name != "会办情况"]
    client.force_login(world.sfj_reviewer)
    address = reverse("reply-review", args=[reply.pk])
    page = client.get(address).content.decode()
    assert "针对性：符合" in page
    assert "会办情况" not in page
    form = {"round": reply.clearance_round, "comment": "", "decision": "pass"}
    assert client.post(address, {**form, **{f"item_{item.pk}": "on" for item in asked}}).status_code == 302
    reply.refresh_from_db()
    assert reply.state == ReplyState.SIGNING
    client.force_login(world.sfj_leader)
    signing = client.get(reverse("reply-sign", args=[reply.pk])).content.decode()
    assert '<option value="">尚未选定</option>' in signing
    assert "-----" not in signing


def test_the_page_asks_item_by_item_and_the_chain_shows_the_answers(world: World, client: Client) -> None:
    seed_checklist()
    items = active_items()
    reply = reviewing(world)
    client.force_login(world.sfj_reviewer)
    page = reverse("reply-review", args=[reply.pk])
    form = {"round": reply.clearance_round, "comment": "", "decision": "pass"}
    refused = client.post(page, {**form, f"item_{items[1].pk}_comment": "写清时间"})
    assert refused.status_code == 400
    assert "写清时间" in refused.content.decode()
    ticked = {f"item_{item.pk}": "on" for item in items}
    assert client.post(page, {**form, **ticked, f"item_{items[1].pk}_comment": "写清时间"}).status_code == 302
    shown = client.get(reverse("reply-detail", args=[reply.pk])).content.decode()
    assert "解决情况：符合（写清时间）" in shown
