"""Steps before the decision, a meeting's decision on many, what changed after a return, marks."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Review, ReviewStep, StepOpinion, SupervisionForm
from proposals.services.filing import save_draft, submit
from proposals.services.marking import key_share, lift_mark, set_mark
from proposals.services.review import register, return_for_revision
from proposals.services.review_steps import next_step, take_step
from tests.proposals.stages import assigned, content_for, registered, submitted
from tests.world import World


def test_steps_are_taken_in_order_and_only_the_committee_reads_them(client: Client, world: World) -> None:
    proposal = submitted(world)
    client.force_login(world.committee_staff)
    url = reverse("proposal-review-step", args=[proposal.pk])
    assert client.post(url, {"opinion": ""}).status_code == 302  # 接收 needs no words
    assert "opinion" in client.post(url, {"opinion": ""}).context["form"].errors
    sent = {"opinion": "初审意见：建议具体。", "suggestion": "registered"}
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 409]
    first, second = StepOpinion.objects.order_by("pk")
    assert (str(first.step), str(second.step), second.suggestion) == ("接收", "初审", "registered")
    assert "初审意见：建议具体。" in client.get(reverse("proposal-review", args=[proposal.pk])).content.decode()
    record = reverse("proposal-detail", args=[proposal.pk]) + "?tab=record"
    assert "初审意见：建议具体。" in client.get(record).content.decode()
    client.force_login(world.minjian_contact)
    assert "初审意见：建议具体。" not in client.get(record).content.decode()
    with pytest.raises(NotAllowed):
        take_step(world.minjian_contact, proposal=proposal, step=first.step)


def test_a_required_step_holds_the_decision_up_for_each_submission(world: World) -> None:
    ReviewStep.objects.filter(name="接收").update(is_active=False)
    ReviewStep.objects.filter(name="初审").update(is_required=True)
    proposal = submitted(world)
    for _ in range(2):
        with pytest.raises(WrongStage, match="初审"):
            register(world.committee_staff, proposal=proposal)
        step = next_step(proposal)
        assert step is not None
        take_step(world.committee_staff, proposal=proposal, step=step, opinion="可以立案")
        return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充")
        proposal = submit(world.minjian_contact, proposal=proposal)


def test_the_reviewer_sees_what_was_changed_after_a_return(client: Client, world: World) -> None:
    proposal = submitted(world, analysis="原来的分析。没有变的一句。")
    return_for_revision(world.committee_staff, proposal=proposal, opinion="请补充")
    changed = content_for(world, analysis="补充后的分析。没有变的一句。")
    save_draft(world.minjian_contact, proposal=proposal, content=changed, version=1)
    submit(world.minjian_contact, proposal=proposal)
    client.force_login(world.committee_staff)
    lines = client.get(reverse("proposal-review", args=[proposal.pk])).context["changes"]
    assert [(line.kind, line.text) for line in lines if line.kind != "same"] == [
        ("mine", "原来的分析。"),
        ("theirs", "补充后的分析。"),
    ]
    fresh = submitted(world)
    assert not client.get(reverse("proposal-review", args=[fresh.pk])).context["changes"]


def test_a_meeting_decides_on_many_each_by_itself_and_nothing_twice(client: Client, world: World) -> None:
    one, two, gone = (submitted(world, title=f"第{n}件") for n in range(3))
    client.force_login(world.committee_staff)
    url = reverse("review-meeting")
    page = client.get(url).content.decode()
    assert all(proposal.title in page for proposal in (one, two, gone))
    register(world.committee_colleague, proposal=gone)
    sent = {
        "name": "提案审查委员会第二次会议",
        "met_on": "2022-03-01",
        "outcome": "register",
        "chosen": [one.pk, two.pk, gone.pk],
    }
    first = client.post(url, sent)
    assert [(row.is_done, row.text) for row in first.context["results"]] == [
        (True, "待交办，第002号"),
        (True, "待交办，第003号"),
        (False, "提案现在是“待交办”，不能“立案”。"),
    ]
    again = client.post(url, sent)
    assert again.context["done"] == 0
    assert set(Review.objects.filter(met_on=date(2022, 3, 1)).values_list("proposal", flat=True)) == {one.pk, two.pk}
    client.force_login(world.minjian_contact)
    assert client.get(url).status_code == client.post(url, sent).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"chosen": []}, "chosen"),
        ({"chosen": ["x"]}, "chosen"),
        ({"name": " "}, "name"),
        ({"met_on": "2999-01-01"}, "met_on"),
        ({"met_on": "1900-01-01"}, "met_on"),
        ({"met_on": "2020-12-31"}, "met_on"),
        ({"outcome": "reject"}, "reason"),
        ({"outcome": "to_suggestion"}, "opinion"),
        ({"outcome": "merge"}, "outcome"),
    ],
)
def test_a_bad_entry_of_a_meeting_decides_nothing(
    client: Client, world: World, changes: dict[str, object], field: str
) -> None:
    proposal = submitted(world)
    client.force_login(world.committee_staff)
    sent = {"name": "第一次会议", "met_on": "2022-03-01", "outcome": "register", "chosen": [proposal.pk]} | changes
    answer = client.post(reverse("review-meeting"), sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert not Review.objects.exists()


def test_a_key_proposal_has_a_leader_and_a_form_and_is_found_by_its_mark(client: Client, world: World) -> None:
    proposal, other = registered(world), registered(world, title="另一件")
    form = SupervisionForm.objects.get(name="督办会")
    with pytest.raises(InvalidInput):
        set_mark(world.committee_staff, proposal=proposal, kind="key", form=form)
    client.force_login(world.committee_staff)
    url = reverse("proposal-mark-key", args=[proposal.pk])
    assert "已立案 2 件，重点提案 0 件，占 0.0%（通常不超过 5 %）" in client.get(url).content.decode()
    sent = {"leader": "王副主席", "form": form.pk, "proposed_by": "主席会议"}
    assert client.post(url, sent).status_code == 302
    assert key_share(world.session.pk).key == 1
    assert "王副主席督办（督办会）" in client.get(reverse("proposal-detail", args=[proposal.pk])).content.decode()
    found = client.get(reverse("proposal-list"), {"mark": "key"}).content.decode()
    assert (proposal.title in found, other.title in found) == (True, False)
    assert client.post(url).status_code == 302
    assert not client.get(reverse("proposal-list"), {"mark": "key"}).context["rows"]
    with pytest.raises(WrongStage):
        lift_mark(world.committee_staff, proposal=proposal, kind="key")


def test_an_excellent_one_is_told_to_the_proposer_and_no_bureau_sets_marks(world: World) -> None:
    proposal = assigned(world)[0].proposal
    mark = set_mark(world.committee_staff, proposal=proposal, kind="excellent", proposed_by="提案委")
    assert str(mark) == "优秀提案"
    assert "优秀提案" in world.minjian_contact.notices.latest("pk").text
    for user in (world.sfj_clerk, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            set_mark(user, proposal=proposal, kind="excellent")


def test_the_meeting_sees_whose_proposals_it_decides_on(world: World, client: Client) -> None:
    submitted(world)
    client.force_login(world.committee_staff)
    page = client.get(reverse("review-meeting")).content.decode()
    assert f'<td data-label="提案者">{world.minjian.name}' in page
