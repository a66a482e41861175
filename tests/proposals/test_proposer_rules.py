"""What is asked of a proposal by the kind of its proposer: its length, its head and contact, its signed page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput
from proposals.models import Proposal, Proposer, ProposerRule
from proposals.services.attachments import add_attachments
from proposals.services.content import checked
from proposals.services.filing import save_draft, submit
from proposals.services.formalities import missing_formalities
from proposals.services.lengths import length_of
from tests.proposals.stages import content_for, draft, form_data
from tests.world import World

pytestmark = pytest.mark.django_db

SCAN = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF"


def long_draft(world: World, characters: int) -> Proposal:
    own = (world.member.pk,)
    return draft(
        world, by=world.member_user, proposer_ids=own, background="字" * characters, analysis="一", suggestions="二"
    )


def test_blanks_and_line_ends_do_not_count(world: World) -> None:
    assert length_of(["一 二\n三", "　四", ""], first_proposer=None).count == 4


def test_a_long_text_of_a_member_is_advised_against_and_let_through(client: Client, world: World) -> None:
    proposal = long_draft(world, 1499)
    client.force_login(world.member_user)
    shown = client.get(reverse("proposal-edit", args=[proposal.pk])).content.decode()
    assert "正文共 1501 字（建议不超过 1500 字）" in shown
    assert "一般不超过 1500 字" in shown
    confirm = client.get(reverse("proposal-submit", args=[proposal.pk])).content.decode()
    assert "提醒：正文共 1501 字" in confirm
    submit(world.member_user, proposal=proposal)


def test_a_party_is_advised_nothing(client: Client, world: World) -> None:
    proposal = draft(world, background="字" * 3000)
    client.force_login(world.minjian_contact)
    assert "一般不超过" not in client.get(reverse("proposal-edit", args=[proposal.pk])).content.decode()


def test_a_hard_limit_stops_the_handing_in_and_not_the_draft(client: Client, world: World) -> None:
    ProposerRule.objects.filter(kind=Proposer.Kind.MEMBER).update(most_length=2000)
    proposal = long_draft(world, 1998)
    submit(world.member_user, proposal=proposal)
    proposal = long_draft(world, 1999)
    with pytest.raises(InvalidInput, match="最多 2000 字，提交前请删减") as refusal:
        submit(world.member_user, proposal=proposal)
    assert list(refusal.value.errors) == ["suggestions"]


def test_the_count_follows_the_typing(client: Client, world: World) -> None:
    proposal = long_draft(world, 10)
    client.force_login(world.member_user)
    typed = content_for(world, proposer_ids=(world.member.pk,), background="长" * 1600)
    shown = client.post(reverse("proposal-length", args=[proposal.pk]), form_data(typed, 1)).content.decode()
    assert "一般不超过 1500 字" in shown
    assert Proposal.objects.get().background == "字" * 10


def test_a_sector_needs_its_convenor_and_an_organisation_its_contact(world: World) -> None:
    assert missing_formalities(draft(world)) == []
    sector = Proposer.objects.create(kind=Proposer.Kind.SECTOR, name="农业界", contact_person="田望丰", phone="1")
    bare = Proposer.objects.create(kind=Proposer.Kind.MASS_ORGANISATION, name="市总工会")
    proposal = draft(world, proposer_ids=(world.minjian.pk, sector.pk, bare.pk))
    told = missing_formalities(proposal)
    assert [sentence[:8] for sentence in told] == ["界别提案由召集人", "市总工会没有登记"]
    Proposer.objects.filter(pk=sector.pk).update(head="田望丰")
    assert len(missing_formalities(proposal)) == 1


def test_what_the_committee_typed_has_its_signed_page(client: Client, world: World) -> None:
    proposal = draft(world, by=world.committee_staff)
    assert missing_formalities(proposal) == ["由提案委代录，还没有上传签名或盖章的签章页。"]
    client.force_login(world.committee_staff)
    page = reverse("proposal-edit", args=[proposal.pk])
    data = form_data(content_for(world), 1)
    files: dict[str, Any] = {
        "attachments": SimpleUploadedFile("数据.txt", "数据".encode()),
        "signed_page": SimpleUploadedFile("盖章页.pdf", SCAN),
    }
    assert client.post(page, data | files).status_code == 302
    assert dict(proposal.attachments.values_list("name", "is_signed_page")) == {"数据.txt": False, "盖章页.pdf": True}
    assert missing_formalities(proposal) == []
    assert "签章页" in client.get(reverse("proposal-detail", args=[proposal.pk])).content.decode()


def test_the_city_may_insist_on_the_signed_page(world: World) -> None:
    ProposerRule.objects.filter(kind=Proposer.Kind.PARTY).update(needs_signed_page=True)
    submit(world.minjian_contact, proposal=draft(world))  # its own account stands for the seal
    typed = draft(world, by=world.committee_staff)
    with pytest.raises(InvalidInput, match="签章页") as refusal:
        submit(world.committee_staff, proposal=typed)
    assert list(refusal.value.errors) == ["signed_page"]
    scan = SimpleUploadedFile("盖章页.pdf", SCAN)
    add_attachments(world.committee_staff, proposal=typed, files=[scan], signed_pages={0})
    submit(world.committee_staff, proposal=typed)


def test_the_proposer_himself_is_not_asked_for_it(client: Client, world: World) -> None:
    proposal = draft(world)
    client.force_login(world.minjian_contact)
    assert 'name="signed_page"' not in client.get(reverse("proposal-edit", args=[proposal.pk])).content.decode()


def test_the_further_fields_are_kept_and_have_their_limits(client: Client, world: World) -> None:
    proposal = draft(world)
    more = {"wants_meeting": True, "may_excerpt": True, "research": "走访五个园区", "raised_before": "首次提出"}
    save_draft(world.minjian_contact, proposal=proposal, content=content_for(world, **more), version=1)
    client.force_login(world.minjian_contact)
    shown = client.get(reverse("proposal-detail", args=[proposal.pk])).content.decode()
    for words in ("愿意面商", "同意摘编刊发", "走访五个园区", "首次提出"):
        assert words in shown
    with pytest.raises(InvalidInput) as refusal:
        checked(content_for(world, research="长" * 201, raised_before="长" * 101), must_explain=False)
    assert set(refusal.value.errors) == {"research", "raised_before"}
    data = form_data(content_for(world), 2, research="长" * 201)
    assert client.post(reverse("proposal-edit", args=[proposal.pk]), data).status_code == 400


def test_a_member_of_a_higher_committee_is_a_person() -> None:
    assert not Proposer(kind=Proposer.Kind.SENIOR_MEMBER, name="钱远见").is_organisation
    assert Proposer(kind=Proposer.Kind.AREA_GROUP, name="兴隆台活动组").has_head
