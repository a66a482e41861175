"""What follows an import: its bureau finds it, a note against publication holds, a new draft is cleared in full."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from proposals.errors import WrongStage
from proposals.models import Proposal
from proposals.permissions import visible_proposals
from replies.models import RenderedDocument, Reply
from replies.services.clearance import pass_review, send_to_review
from replies.services.importing import confirm_import, import_reply
from replies.services.issuing import issue_reply, revise_reply
from replies.services.publishing import prepare_publication
from replies.services.rendering import render_document
from replies.services.signing import sign_reply
from tests.replies.importing.test_importing import PAGE, brought_in
from tests.world import World


def confirmed(world: World, text: str = PAGE) -> Reply:
    reply = import_reply(world.committee_staff, file_name="a.txt", raw=text.encode())
    assert reply.signed_on is not None
    return confirm_import(world.committee_staff, reply=reply, signed_on=reply.signed_on, signed_by=reply.signer_names)


def test_the_bureau_that_answered_finds_the_imported_case_and_a_helper_does_not(world: World) -> None:
    reply = brought_in(world)
    assert list(visible_proposals(world.sfj_clerk)) == [reply.proposal]
    assert not visible_proposals(world.gaj_clerk).exists()


def test_a_page_marked_not_for_publication_is_not_published(world: World) -> None:
    reply = confirmed(world, PAGE.rstrip() + "\n(此件不予公开)\n")
    with pytest.raises(WrongStage, match="不予公开"):
        prepare_publication(world.sfj_clerk, reply=reply)


def test_a_new_draft_of_an_import_passes_full_clearance_and_replaces_it(world: World) -> None:
    old = confirmed(world)
    draft = revise_reply(world.sfj_clerk, reply=old)
    Reply.objects.filter(pk=draft.pk).update(result_class=world.session.result_scheme.classes.get(code="A"))
    send_to_review(world.sfj_clerk, reply=draft)
    pass_review(world.sfj_reviewer, reply=draft, comment="")
    draft.refresh_from_db()
    assert draft.state == "signing"  # nobody helped, nobody countersigns
    result_class = world.session.result_scheme.classes.get(code="A")
    sign_reply(world.sfj_leader, reply=draft, result_class=result_class)
    assert render_document(RenderedDocument.objects.get(reply=draft).pk)
    issue_reply(world.sfj_clerk, reply=draft)
    old.refresh_from_db()
    draft.refresh_from_db()
    assert (old.state, draft.state) == ("superseded", "issued")
    assert Proposal.objects.get().state == "imported"
    assert reverse("reply-detail", args=[draft.pk])


def test_the_case_page_of_an_import_shows_what_the_original_says(world: World, client: Client) -> None:
    reply = brought_in(world)
    client.force_login(world.committee_staff)
    page = client.get(reverse("proposal-detail", args=[reply.proposal_id])).content.decode()
    assert "公安局" in page  # helped, as printed: there is no assignment to say so
    assert reply.source.sha256 in page
    assert "待核对" in page
    assert "立案</dt>" not in page  # nothing pretended


def test_the_list_names_the_bureau_that_answered_outside(client: Client, world: World) -> None:
    reply = brought_in(world)
    client.force_login(world.committee_staff)

    row = client.get(reverse("proposal-list")).context["rows"][0]

    assert row.lead == reply.bureau.short_name


def test_the_list_says_that_an_import_waits_to_be_checked_until_it_is(world: World, client: Client) -> None:
    reply = brought_in(world)
    client.force_login(world.committee_staff)
    [row] = client.get(reverse("proposal-list")).context["rows"]
    assert row.next == "等工作人员核对"
    assert reply.signed_on is not None
    confirm_import(world.committee_staff, reply=reply, signed_on=reply.signed_on, signed_by=reply.signer_names)
    [row] = client.get(reverse("proposal-list")).context["rows"]
    assert row.next == ""


def test_who_confirms_sees_the_contact_and_the_copies_that_were_read(world: World, client: Client) -> None:
    page = PAGE.rstrip() + "\n联系人：江澄碧 联系电话：2827788\n抄送：市政协提案委、市政府督查室。\n"
    reply = import_reply(world.committee_staff, file_name="a.txt", raw=page.encode())
    client.force_login(world.committee_staff)
    shown = client.get(reverse("import-confirm", args=[reply.pk])).content.decode().partition("读入的文本")[2]
    for words in ("<dd>江澄碧</dd>", "<dd>2827788</dd>", "市政府督查室"):
        assert words in shown
