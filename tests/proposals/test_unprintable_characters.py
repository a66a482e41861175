"""A character that no font has is told at its field when a proposal is handed in, and to who reviews and assigns."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from proposals.errors import InvalidInput
from proposals.models import Ask, Proposal, Proposer
from proposals.services.filing import submit
from proposals.services.review import register
from tests.proposals.stages import content_for, draft, form_data, submitted
from tests.world import World


@pytest.mark.parametrize(
    ("field", "place"),
    [("title", "案由"), ("background", "背景情况"), ("analysis", "问题分析"), ("suggestions", "具体建议")],
)
def test_a_draft_with_such_a_character_is_kept_and_not_handed_in(
    client: Client, world: World, field: str, place: str
) -> None:
    proposal = draft(world)
    Proposal.objects.filter(pk=proposal.pk).update(**{field: "办成🎉的事"})
    with pytest.raises(InvalidInput) as refused:
        submit(world.minjian_contact, proposal=proposal)
    assert list(refused.value.errors) == [field]
    (told,) = refused.value.errors[field]
    assert "字库里没有“🎉”（U+1F389）" in told
    assert f"位置：{place}“办成🎉的事”" in told
    client.force_login(world.minjian_contact)
    page = client.get(reverse("proposal-submit", args=[proposal.pk]))
    assert page.status_code == 400
    assert page.context["form"].errors[field] == [told]
    assert page.context["form"][field].value() == "办成🎉的事"


def test_saving_and_handing_in_at_once_keeps_the_text_and_shows_the_error(client: Client, world: World) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    sent = form_data(content_for(world, analysis="由𠮷野同志反映。"), 1, do="submit")
    answer = client.post(reverse("proposal-edit", args=[proposal.pk]), sent)
    assert answer.status_code == 400
    assert "位置：问题分析“由𠮷野同志反映。”" in answer.content.decode()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.analysis) == ("draft", "由𠮷野同志反映。")
    sent = form_data(content_for(world, analysis="由吉野同志反映。"), proposal.version, do="submit")
    assert client.post(reverse("proposal-edit", args=[proposal.pk]), sent).status_code == 302
    assert submit(world.minjian_contact, proposal=proposal).state == "submitted"


def test_the_ask_is_named_by_its_number(world: World) -> None:
    proposal = draft(world, asks=("建立清单。", "办成🎉的事。"))
    with pytest.raises(InvalidInput) as refused:
        submit(world.minjian_contact, proposal=proposal)
    assert list(refused.value.errors) == ["asks"]
    assert "位置：第2条建议“办成🎉的事。”" in refused.value.errors["asks"][0]


def test_who_reviews_and_who_assigns_is_warned_of_what_came_in_all_the_same(client: Client, world: World) -> None:
    proposal = submitted(world)
    page = reverse("proposal-review", args=[proposal.pk])
    client.force_login(world.committee_staff)
    with CaptureQueriesContext(connection) as before:
        assert "字库里没有" not in client.get(page).content.decode()
    Proposal.objects.update(title="办成🎉的事")
    Ask.objects.filter(position=1).update(text="由𠮷野同志负责。")
    Proposer.objects.filter(pk=world.minjian.pk).update(name="𠮷川")
    with CaptureQueriesContext(connection) as after:
        html = client.get(page).content.decode()
    assert len(after) <= len(before)
    for place in ("案由“办成🎉的事”", "第1条建议“由𠮷野同志负责。”", "提案者“𠮷川”"):
        assert f"位置：{place}" in html
    assert "3 处有印不出来的字" in html
    register(world.committee_staff, proposal=proposal)
    client.force_login(world.office_staff)
    html = client.get(reverse("proposal-assign", args=[proposal.pk])).content.decode()
    assert "位置：案由“办成🎉的事”" in html
