"""归档: read-only for everybody, until the office opens it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Mark, Proposal, SupervisionForm
from proposals.services.marking import set_mark
from proposals.services.review import undo_decision
from proposals.services.urging import urge
from replies.models import ArchivePackage, Delivery
from replies.services.archiving import archive_case, reopen_archive
from replies.services.consultations import Talk, record_consultation
from replies.services.delivering import record_reading
from replies.services.feedback import Rating, rate_reply
from replies.services.release import unpublish
from tests.factories import Case, Stage, case_in
from tests.replies.archive.conftest import ANSWERED, CLOSED
from tests.world import World

TRANSITION_QUERIES = 16


def test_a_closed_case_is_archived_and_says_so(client: Client, published: Case, world: World) -> None:
    client.force_login(world.office_staff)
    pk = published.proposal.pk
    with clock.at(CLOSED):
        assert "归档</a>" in client.get(reverse("proposal-detail", args=[pk])).content.decode()
        assert "只能查看" in client.get(reverse("proposal-archive", args=[pk])).content.decode()
        page = client.post(reverse("proposal-archive", args=[pk]), follow=True).content.decode()
        assert "制作归档包" in page
        page = client.get(reverse("proposal-detail", args=[pk])).content.decode()
        assert "归档，只能查看" in page
        assert "重新打开归档" in page
        assert "优秀提案</a>" not in page
        assert "已归档" in client.get(reverse("proposal-list"), {"archived": "yes"}).content.decode()
    event = Event.objects.filter(proposal=pk).latest("number")
    assert (event.kind, event.text) == ("archive", "归档，制作第1个归档包")


def test_what_is_still_owed_is_named(client: Client, world: World) -> None:
    with clock.at(ANSWERED):
        case = case_in(world, Stage.ISSUED, helpers=False)
        with pytest.raises(WrongStage) as refused:
            archive_case(world.office_staff, proposal=case.proposal)
        assert "还没有评价" in refused.value.message
        assert "答复还没有公开" in refused.value.message
        client.force_login(world.office_staff)
        assert client.get(reverse("proposal-archive", args=[case.proposal.pk])).status_code == 409
        shown = client.get(reverse("proposal-detail", args=[case.proposal.pk])).content.decode()
        for words in ("还没有评价", "由市司法局的经办人准备公开", "由该单位领导决定不予公开"):
            assert words in shown


def test_every_change_of_an_archived_case_is_refused_by_the_services(published: Case, world: World) -> None:
    with clock.at(CLOSED):
        archive_case(world.office_staff, proposal=published.proposal)
        proposal, reply, people = published.proposal, published.reply, world
        before = Event.objects.filter(proposal=proposal).count()
        talk = Talk(phase="after", held_on=now().date(), people="司文清", content="又谈了一次。", method=None)
        form = SupervisionForm.objects.first()
        for refused in (
            lambda: set_mark(
                people.committee_staff,
                proposal=proposal,
                kind=Mark.Kind.KEY,
                proposed_by="提案委",
                leader="某副主席",
                form=form,
            ),
            lambda: urge(people.office_staff, proposal=proposal, text="请办", key="k"),
            lambda: unpublish(people.sfj_leader, publication=published.publication, reason="改"),
            lambda: rate_reply(people.minjian_contact, reply=reply, rating=Rating("satisfied", "satisfied")),
            lambda: record_consultation(people.sfj_clerk, proposal=proposal, talk=talk, files=[]),
            lambda: archive_case(people.office_staff, proposal=proposal),
        ):
            with pytest.raises(WrongStage, match="已归档"):
                refused()
    assert Event.objects.filter(proposal=proposal).count() == before


def test_pages_of_an_archived_case_refuse_too(client: Client, published: Case, world: World) -> None:
    with clock.at(CLOSED):
        archive_case(world.office_staff, proposal=published.proposal)
        pk = published.proposal.pk
        for person, page, key in (
            (world.committee_staff, "proposal-mark-excellent", pk),
            (world.sfj_leader, "publication-unpublish", published.publication.pk),
            (world.sfj_clerk, "consultation-new", pk),
        ):
            client.force_login(person)
            answer = client.get(reverse(page, args=[key]))
            assert answer.status_code == 409, page
            assert "已归档" in answer.content.decode()


def test_who_only_reads_an_archived_letter_changes_nothing(published: Case, world: World) -> None:
    Delivery.objects.filter(reply=published.reply).update(read_at=None, read_by=None)
    with clock.at(CLOSED):
        archive_case(world.office_staff, proposal=published.proposal)
        record_reading(world.minjian_contact, published.reply)
    assert not Delivery.objects.filter(reply=published.reply).exclude(read_at=None).exists()


def test_only_the_office_that_had_it_last_archives(published: Case, world: World) -> None:
    with clock.at(CLOSED):
        for person in (world.committee_staff, world.sfj_leader, world.admin, world.minjian_contact):
            with pytest.raises(NotAllowed):
                archive_case(person, proposal=published.proposal)
        rejected = case_in(world, Stage.REJECTED).proposal
        with pytest.raises(NotAllowed):
            archive_case(world.office_staff, proposal=rejected)
        archive_case(world.committee_staff, proposal=rejected)
        with pytest.raises(WrongStage, match="已归档"):
            undo_decision(world.committee_staff, proposal=rejected, opinion="重新审查")


def test_opened_again_it_can_be_worked_on_and_the_next_package_has_the_next_number(
    published: Case, world: World
) -> None:
    proposal = published.proposal
    with clock.at(CLOSED):
        first = archive_case(world.office_staff, proposal=proposal)
        with pytest.raises(InvalidInput):
            reopen_archive(world.office_staff, proposal=proposal, reason=" ")
        with pytest.raises(NotAllowed):
            reopen_archive(world.committee_staff, proposal=proposal, reason="补材料")
        reopen_archive(world.office_staff, proposal=proposal, reason="补一份材料")
        first.refresh_from_db()
        assert (first.state, first.reopen_reason) == ("failed", "补一份材料")
        set_mark(world.committee_staff, proposal=proposal, kind=Mark.Kind.EXCELLENT, proposed_by="提案委")
        second = archive_case(world.office_staff, proposal=proposal)
    assert (first.number, second.number) == (1, 2)
    texts = list(Event.objects.filter(proposal=proposal).order_by("number").values_list("text", flat=True))
    assert "重新打开归档：补一份材料" in texts
    assert texts[-1] == "归档，制作第2个归档包"
    assert ArchivePackage.objects.filter(proposal=proposal, reopened_at=None).get() == second


def test_archiving_stays_within_the_budget_of_a_transition(published: Case, world: World) -> None:
    with clock.at(CLOSED), CaptureQueriesContext(connection) as found:
        archive_case(world.office_staff, proposal=published.proposal)
    assert len(found) <= TRANSITION_QUERIES
    with clock.at(CLOSED + timedelta(days=1)), CaptureQueriesContext(connection) as found:
        reopen_archive(world.office_staff, proposal=published.proposal, reason="补材料")
    assert len(found) <= TRANSITION_QUERIES


def test_a_term_that_passed_without_a_rating_is_no_lamp_of_an_archived_case(client: Client, world: World) -> None:
    with clock.at(ANSWERED):
        case = case_in(world, Stage.PUBLISHED)
    client.force_login(world.office_staff)
    with clock.at(CLOSED):
        assert Proposal.objects.exclude(next_due_on=None).filter(pk=case.proposal.pk).exists()
        archive_case(world.office_staff, proposal=case.proposal)
        assert case.proposal.next_due_on is None
        page = client.get(reverse("proposal-detail", args=[case.proposal.pk])).content.decode()
        assert "征询意见反馈</span>" not in page
        reopen_archive(world.office_staff, proposal=case.proposal, reason="补材料")
        assert case.proposal.next_due_on is not None


def test_what_was_merged_goes_along(published: Case, world: World) -> None:
    with clock.at(ANSWERED):
        other = case_in(world, Stage.SUBMITTED).proposal
    Proposal.objects.filter(pk=other.pk).update(state="merged", merged_into=published.proposal)
    with clock.at(CLOSED):
        with pytest.raises(WrongStage, match="主提案"):
            archive_case(world.office_staff, proposal=other)
        package = archive_case(world.office_staff, proposal=published.proposal)
    assert set(package.heads) == {str(published.proposal.pk), str(other.pk)}
    other.refresh_from_db()
    assert other.archived_at is not None
