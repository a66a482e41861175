"""The page of 催办: another template loses nothing, ticks are kept, too many cases are told as such."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Proposal, Urging, UrgingTemplate
from proposals.views.urging import MOST_CASES
from tests.proposals.stages import assigned
from tests.world import World


@pytest.fixture
def office(world: World, client: Client) -> Client:
    client.force_login(world.office_staff)
    return client


def cases(world: World) -> list[Proposal]:
    return [assigned(world, title=f"关于{name}的建议")[0].proposal for name in "甲乙"]


def ticked(answer: Any) -> list[int]:
    return [one.proposal.pk for one in answer.context["chosen"] if one.ticked]


def test_another_template_keeps_ticks_choice_key_and_the_words_typed(world: World, office: Client) -> None:
    first, second = cases(world)
    other = UrgingTemplate.objects.create(name="限期", text="{单位}请于三日内办结。", position=90)
    sent = {
        "case": [first.pk, second.pk],
        "p": [second.pk],
        "whom": "answering",
        "text": "我写了很久的话",
        "key": "k1",
        "template": other.pk,
        "change": "1",
    }
    answer = office.post(reverse("urging-new"), sent)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not Urging.objects.exists()
    assert ticked(answer) == [second.pk]
    assert len(answer.context["chosen"]) == 2
    assert "{单位}请于三日内办结。</textarea>" in page
    assert "我写了很久的话</textarea>" in page
    assert answer.context["form"]["whom"].value() == "answering"
    assert answer.context["form"]["key"].value() == "k1"
    assert f'<option value="{other.pk}" selected' in page


def test_an_untouched_template_is_not_shown_as_words_of_ones_own(world: World, office: Client) -> None:
    first, _ = cases(world)
    old, other = UrgingTemplate.objects.all()[0], UrgingTemplate.objects.create(name="限期", text="请办。", position=90)
    sent = {"case": first.pk, "p": first.pk, "text": old.text, "template": other.pk, "change": "1"}

    assert office.post(reverse("urging-new"), sent).context["typed"] == ""


def test_what_was_not_ticked_stays_on_the_page_after_a_mistake(world: World, office: Client) -> None:
    first, second = cases(world)
    sent = {"case": [first.pk, second.pk], "p": [first.pk], "whom": "all", "text": "", "key": "k"}
    answer = office.post(reverse("urging-new"), sent)
    assert answer.status_code == 400
    assert len(answer.context["chosen"]) == 2
    assert ticked(answer) == [first.pk]

    none = office.post(reverse("urging-new"), {**sent, "p": [], "text": "请办"})
    assert "请勾选要催办的提案。" in none.content.decode()
    assert ticked(none) == []
    done = office.post(reverse("urging-new"), {**sent, "text": "请办"})
    assert done.status_code == 302
    assert [row.proposal for row in Urging.objects.all()] == [first]


def test_too_many_cases_are_told_with_their_number(world: World, office: Client) -> None:
    many = list(range(1, MOST_CASES + 2))
    said = f"一次最多催办 {MOST_CASES} 件，您选了 {len(many)} 件"

    assert said in office.get(reverse("urging-new"), {"p": many}).content.decode()
    answer = office.post(reverse("urging-new"), {"p": many, "whom": "all", "text": "请办", "key": "k"})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert "还没有选提案" in office.get(reverse("urging-new")).content.decode()
