"""A draft: begun with a title, saved as often as one likes, never lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Proposal
from proposals.permissions import visible_proposals
from proposals.services.content import ProposalContent, as_text, stored_content, title_advice
from proposals.services.filing import create_draft, save_draft, submit
from tests.proposals.stages import ASKS, TITLE, content_for, draft, form_data, submitted
from tests.world import World


def edit_url(proposal: Proposal) -> str:
    return reverse("proposal-edit", args=[proposal.pk])


def test_a_title_is_enough_for_a_draft(world: World) -> None:
    bare = ProposalContent(session_id=world.session.pk, title="  关于修路的建议\n")
    proposal = create_draft(world.committee_staff, content=bare)
    assert (proposal.title, proposal.state, proposal.version) == ("关于修路的建议", "draft", 1)
    with pytest.raises(InvalidInput) as refusal:
        create_draft(world.committee_staff, content=ProposalContent(session_id=world.session.pk, title="　"))
    assert "title" in refusal.value.errors


def test_a_contact_begins_a_draft_in_the_name_of_his_proposer(client: Client, world: World) -> None:
    client.force_login(world.minjian_contact)
    page = client.get(reverse("proposal-new"))
    key = page.context["form"]["key"].value()
    sent = {"session": world.session.pk, "kind": "session", "title": TITLE, "proposer": world.minjian.pk, "key": key}
    answer = client.post(reverse("proposal-new"), sent)
    proposal = Proposal.objects.get()
    assert answer.headers["Location"] == edit_url(proposal)
    assert list(proposal.proposers.all()) == [world.minjian]
    again = client.post(reverse("proposal-new"), sent)
    assert (again.status_code, Proposal.objects.count()) == (409, 1)


def test_a_contact_cannot_file_for_others_alone(client: Client, world: World) -> None:
    with pytest.raises(InvalidInput):
        draft(world, proposer_ids=(world.member.pk,))
    client.force_login(world.minjian_contact)
    sent = {"session": world.session.pk, "kind": "session", "title": TITLE, "proposer": world.member.pk}
    answer = client.post(reverse("proposal-new"), sent)
    assert (answer.status_code, Proposal.objects.count()) == (400, 0)


@pytest.mark.parametrize("who", ["sfj_clerk", "office_staff", "nobody"])
def test_who_holds_no_filing_post_is_refused_by_url_and_by_form(client: Client, world: World, who: str) -> None:
    user = getattr(world, who)
    client.force_login(user)
    assert client.get(reverse("proposal-new")).status_code == 403
    assert client.post(reverse("proposal-new"), {"title": TITLE}).status_code == 403
    with pytest.raises(NotAllowed):
        draft(world, by=user)
    assert not Proposal.objects.exists()


def test_a_draft_is_the_filers_own(client: Client, world: World) -> None:
    mine, typed = draft(world), draft(world, by=world.committee_staff)
    for user in (world.other_member_user, world.sfj_clerk, world.office_staff):
        client.force_login(user)
        assert client.get(edit_url(mine)).status_code == 404
    client.force_login(world.committee_colleague)
    assert client.get(edit_url(mine)).status_code == 404
    assert client.get(edit_url(typed)).status_code == 200
    assert typed not in visible_proposals(world.minjian_contact)


def test_saving_writes_every_part_once_and_leaves_one_line_in_the_record(world: World) -> None:
    proposal = draft(world)
    changed = content_for(
        world,
        asks=("第一条", "第二条"),
        proposer_ids=(world.member.pk, world.minjian.pk),
        suggested_bureau_ids=frozenset({world.sfj.pk}),
    )
    saved = save_draft(world.minjian_contact, proposal=proposal, content=changed, version=1)
    assert saved.version == 2
    assert stored_content(saved) == changed
    assert list(Event.objects.filter(proposal=saved).values_list("kind", flat=True)) == ["file"]


def test_a_second_save_with_an_old_version_keeps_both_texts(world: World) -> None:
    proposal = draft(world, by=world.committee_staff)
    save_draft(
        world.committee_colleague, proposal=proposal, content=content_for(world, analysis="同事写的分析"), version=1
    )
    with pytest.raises(EditConflict) as conflict:
        save_draft(world.committee_staff, proposal=proposal, content=content_for(world, analysis="我的分析"), version=1)
    assert "我的分析" in conflict.value.mine
    assert "同事写的分析" in conflict.value.theirs
    assert conflict.value.version == 2
    assert Proposal.objects.get().analysis == "同事写的分析"


def test_the_conflict_page_shows_both_texts_and_saves_the_merged_one(client: Client, world: World) -> None:
    proposal = draft(world, by=world.committee_staff)
    theirs = content_for(world, analysis="同事写的分析")
    save_draft(world.committee_colleague, proposal=proposal, content=theirs, version=1)
    client.force_login(world.committee_staff)
    answer = client.post(edit_url(proposal), form_data(content_for(world, analysis="我的分析"), 1))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我的分析" in page
    assert "同事写的分析" in page
    assert answer.context["form"]["version"].value() == "2"
    merged = client.post(edit_url(proposal), form_data(content_for(world, analysis="合成的分析"), 2))
    assert merged.status_code == 302
    assert Proposal.objects.get().analysis == "合成的分析"


def test_a_conflict_with_oneself_names_no_other_person(client: Client, world: World) -> None:
    proposal = draft(world, by=world.committee_staff)
    client.force_login(world.committee_staff)
    client.post(edit_url(proposal), form_data(content_for(world, analysis="第一页写的"), 1))
    second = form_data(content_for(world, analysis="第二页写的"), 1)
    page = client.post(edit_url(proposal), second).content.decode()
    assert "您在另一个页面保存过这段文字" in page
    assert "他人" not in page
    theirs = content_for(world, analysis="同事写的")
    save_draft(world.committee_colleague, proposal=proposal, content=theirs, version=2)
    assert "已被他人保存过" in client.post(edit_url(proposal), second).content.decode()


def test_the_same_text_sent_twice_is_no_conflict(client: Client, world: World) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    sent = form_data(content_for(world, title="关于改进服务的建议"), 1)
    assert [client.post(edit_url(proposal), sent).status_code for _ in range(2)] == [302, 302]
    assert Proposal.objects.get().version == 2


def test_a_draft_can_no_longer_be_changed_once_it_is_handed_in(client: Client, world: World) -> None:
    proposal = submitted(world)
    client.force_login(world.minjian_contact)
    assert client.get(edit_url(proposal)).status_code == 409
    assert client.post(edit_url(proposal), form_data(content_for(world), 1)).status_code == 409
    with pytest.raises(WrongStage):
        save_draft(world.minjian_contact, proposal=proposal, content=content_for(world, title="改"), version=1)


def test_submitting_asks_for_every_missing_part_at_its_field(client: Client, world: World) -> None:
    proposal = draft(world, background="", asks=(), publicity_consent=False)
    with pytest.raises(InvalidInput) as refusal:
        submit(world.minjian_contact, proposal=proposal)
    assert set(refusal.value.errors) == {"background", "asks", "publicity_reason"}
    client.force_login(world.minjian_contact)
    sent = form_data(content_for(world, background="", asks=(), publicity_consent=False), 1, do="submit")
    by_form = client.post(edit_url(proposal), sent)
    by_url = client.post(reverse("proposal-submit", args=[proposal.pk]))
    for answer in (by_form, by_url):
        assert answer.status_code == 400
        assert {"background", "publicity_reason"} <= set(answer.context["form"].errors)
        assert answer.context["rows"].non_form_errors()
    assert Proposal.objects.get().state == "draft"


def test_submitting_twice_is_refused_the_second_time(client: Client, world: World) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    url = reverse("proposal-submit", args=[proposal.pk])
    assert client.get(url).status_code == 200
    assert [client.post(url).status_code for _ in range(2)] == [302, 409]
    assert Event.objects.filter(proposal=proposal, kind="submit").count() == 1
    assert world.committee_staff.notices.count() == 1


def test_a_title_of_another_form_is_advised_about_and_taken(client: Client, world: World) -> None:
    assert title_advice(TITLE)
    assert not title_advice("关于修路的建议")
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    answer = client.post(edit_url(proposal), form_data(content_for(world), 1), follow=True)
    assert "由您决定" in answer.content.decode()


def test_the_text_of_a_conflict_names_everything(world: World) -> None:
    text = as_text(content_for(world, publicity_consent=False, publicity_reason="涉及个案"))
    for part in (TITLE, "民建盘锦市委员会", *ASKS, "涉及个案", "九届一次会议"):
        assert part in text
