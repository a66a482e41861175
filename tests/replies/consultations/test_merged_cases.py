"""Whoever's proposal was merged finds the talks he is asked about on the page of his own case."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.models import ConsultationMethod
from proposals.services.assignment import assign
from proposals.services.handling import accept_assignment
from proposals.services.merging import merge
from replies.services.consultations import Talk, record_consultation
from tests.proposals.stages import registered, submitted
from tests.world import World


def test_a_talk_with_the_merged_proposer_stands_on_his_own_case(world: World, client: Client) -> None:
    main = registered(world)
    one = submitted(world, by=world.member_user, proposer_ids=(world.member.pk,), title="关于园区法律服务")
    merge(world.committee_staff, proposal=one, main=main)
    (lead,) = assign(world.office_staff, proposal=main, lead=world.sfj, co_handlers=[])
    accept_assignment(world.sfj_clerk, assignment=lead)
    talk = Talk("during", ConsultationMethod.objects.get(name="电话"), today(), "司文清、赵青禾", "谈了两点。")
    row = record_consultation(world.sfj_clerk, proposal=main, talk=talk)
    address = reverse("proposal-detail", args=[one.pk])
    link = f'href="{reverse("consultation-detail", args=[row.pk])}"'
    client.force_login(world.member_user)
    assert link in client.get(address, {"tab": "handling"}).content.decode()
    assert client.get(reverse("proposal-detail", args=[main.pk])).status_code == 404  # the main case is not his
    client.force_login(world.other_member_user)
    assert client.get(address, {"tab": "handling"}).status_code == 404
