"""分办: each bureau answers on its own, none reads another's draft, the case is answered when all have."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from proposals.errors import InvalidInput
from proposals.models import Assignment, Deadline, Proposal, User
from proposals.permissions import posts_of
from proposals.services.assignment import assign
from proposals.services.handling import accept_assignment, record_answered
from proposals.services.locking import lock_proposal
from replies.models import Reply
from replies.permissions import visible_replies
from replies.services.drafting import start_reply
from tests.proposals.stages import registered
from tests.world import World


def issued(clerk: User, share: Assignment) -> None:
    with transaction.atomic():
        locked = lock_proposal(share.proposal_id)
        record_answered(clerk, proposal=locked, assignment=share, post=posts_of(clerk)[0])


def test_each_bureau_answers_and_reads_only_its_own(client: Client, world: World) -> None:
    proposal = registered(world)
    shares = assign(world.office_staff, proposal=proposal, separate=[world.sfj, world.gaj])
    assert [row.role for row in shares] == ["separate", "separate"]
    assert Deadline.objects.filter(kind="reply").count() == 2
    clerks = (world.sfj_clerk, world.gaj_clerk)
    for clerk, share in zip(clerks, shares, strict=True):
        accept_assignment(clerk, assignment=share)
        start_reply(clerk, assignment=share)
    assert [row.bureau for row in visible_replies(world.gaj_clerk)] == [world.gaj]
    sfj_reply = Reply.objects.get(bureau=world.sfj)
    client.force_login(world.gaj_clerk)
    assert client.get(reverse("reply-detail", args=[sfj_reply.pk])).status_code == 404
    page = reverse("proposal-detail", args=[proposal.pk])
    facts = client.get(page).content.decode()
    assert "市司法局、市公安局（分办）" in facts
    record = client.get(f"{page}?tab=record").content.decode()
    assert record.count("司文清") == 1  # the receipt, and not the draft

    issued(world.sfj_clerk, shares[0])
    assert Proposal.objects.get().state == "assigned"
    assert "市司法局已答复，等市公安局分别答复" in client.get(page).content.decode()
    issued(world.gaj_clerk, shares[1])
    assert Proposal.objects.get().state == "answered"
    assert not Deadline.objects.filter(kind="reply", met_at=None).exists()


def test_one_bureau_or_a_lead_beside_is_refused(client: Client, world: World) -> None:
    proposal = registered(world)
    for wrong in ({"separate": [world.sfj]}, {"separate": [world.sfj, world.gaj], "lead": world.scj}):
        with pytest.raises(InvalidInput):
            assign(world.office_staff, proposal=proposal, **wrong)
    client.force_login(world.office_staff)
    url = reverse("proposal-assign", args=[proposal.pk])
    assert client.post(url, {"separate": [world.sfj.pk]}).status_code == 400
    assert client.post(url, {"separate": [world.sfj.pk, world.gaj.pk]}).status_code == 302
