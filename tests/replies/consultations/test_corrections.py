"""A record of a talk is corrected by whoever wrote it: the old one stays, the proposer is asked anew."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import NotAllowed, WrongStage
from proposals.models import ConsultationMethod, Event, Notice, Proposal
from replies.models import Consultation
from replies.services.consultations import Talk, amend_consultation, answer_consultation, record_consultation
from tests.replies.drafting.case import assigned
from tests.world import World


@pytest.fixture
def row(world: World) -> Consultation:
    """A record of 司法局 that the member has said something else about."""
    proposal = assigned(world, proposers=(world.member,))
    found = record_consultation(world.sfj_clerk, proposal=proposal, talk=talk("谈了两点。"))
    answer_consultation(world.member_user, consultation=found, correction="谈了三点。")
    return found


def talk(content: str) -> Talk:
    return Talk("during", ConsultationMethod.objects.get(name="电话"), today(), "司文清、赵青禾", content)


def test_the_corrected_record_is_asked_about_anew_and_the_old_one_stays_with_what_was_said(
    world: World, row: Consultation
) -> None:
    new = amend_consultation(world.sfj_clerk, consultation=row, talk=talk("谈了三点。"))
    assert (new.replaces, new.sides.get().state) == (row, "waiting")
    old = Consultation.objects.get(pk=row.pk)
    assert (old.content, old.sides.get().state, old.sides.get().text) == ("谈了两点。", "corrected", "谈了三点。")
    link = reverse("consultation-detail", args=[new.pk])
    assert Notice.objects.get(recipient=world.member_user, link=link).text.startswith("市司法局更正了与您的")
    event = Event.objects.get(kind="amend_consultation")
    assert event.data["replaces"] == row.pk
    assert "三点" not in event.text
    answer_consultation(world.member_user, consultation=new)
    assert new.sides.get().state == "confirmed"


def test_only_its_writer_corrects_it_and_only_once(world: World, row: Consultation) -> None:
    for name in ("sfj_clerk_colleague", "sfj_leader", "gaj_clerk", "office_staff", "member_user", "nobody"):
        with pytest.raises(NotAllowed):
            amend_consultation(getattr(world, name), consultation=row, talk=talk("另一说法。"))
    amend_consultation(world.sfj_clerk, consultation=row, talk=talk("谈了三点。"))
    with pytest.raises(WrongStage, match="已经更正"):
        amend_consultation(world.sfj_clerk, consultation=row, talk=talk("谈了四点。"))


def test_a_record_that_was_corrected_is_not_answered_any_more(world: World) -> None:
    proposal: Proposal = assigned(world, proposers=(world.member,))
    old = record_consultation(world.sfj_clerk, proposal=proposal, talk=talk("谈了两点。"))
    amend_consultation(world.sfj_clerk, consultation=old, talk=talk("谈了三点。"))
    with pytest.raises(WrongStage, match="核对更正后的记录"):
        answer_consultation(world.member_user, consultation=old)


def test_the_page_begins_with_the_old_words_and_leads_to_the_new_record(
    world: World, row: Consultation, client: Client
) -> None:
    client.force_login(world.sfj_clerk)
    page = reverse("consultation-amend", args=[row.pk])
    assert page in client.get(reverse("consultation-detail", args=[row.pk])).content.decode()
    html = client.get(page).content.decode()
    assert "谈了两点。" in html
    assert "重新核对" in html
    sent = {"phase": "during", "method": row.method_id, "held_on": f"{today()}", "people": "双方", "content": ""}
    assert client.post(page, sent).status_code == 400
    assert client.post(page, {**sent, "content": "谈了三点。"}).status_code == 302
    new = Consultation.objects.get(replaces=row)
    assert (
        reverse("consultation-detail", args=[new.pk])
        in client.get(reverse("consultation-detail", args=[row.pk])).content.decode()
    )
    tab = client.get(f"{reverse('proposal-detail', args=[row.proposal_id])}?tab=handling").content.decode()
    assert "已更正" in tab
    client.force_login(world.sfj_clerk_colleague)
    assert client.get(page).status_code == 403
