"""From filing to assignment: two people, or one who clicks twice, at the same moment in two processes."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from proposals.models import Assignment, IssuedNumber, Notice, Proposal, User
from proposals.services.attachments import add_attachments
from proposals.services.content import stored_content
from proposals.workflow import ProposalState
from replies.models import ImportBatch, ImportedSource, ImportItem
from replies.services.import_batches import open_batch
from replies.services.import_reading import read_item
from tests.factories import PAGE
from tests.proposals.stages import assigned, draft, form_data, registered, submitted
from tests.races.conftest import Arena
from tests.races.outcomes import ROUNDS, nothing_broke, one_wins
from tests.races.people import Deed, at_once

pytestmark = pytest.mark.django_db  # the arena commits; see conftest


def page(arena: Arena) -> str:
    """A published page nobody has imported."""
    number = arena.number()
    return PAGE.replace("118", number).replace("govsscj-2022-000", "govsscj-2022-777")


def test_two_registrations_at_once_get_numbers_in_a_row(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        before = IssuedNumber.objects.count()
        one, two = submitted(world), submitted(world)
        answers = at_once(
            arena.pair,
            Deed(world.committee_staff, reverse("proposal-review", args=[one.pk]), {"outcome": "register"}),
            Deed(world.committee_colleague, reverse("proposal-review", args=[two.pk]), {"outcome": "register"}),
        )
        nothing_broke(answers)
        assert [answer.status for answer in answers] == [302, 302]
        assert list(IssuedNumber.objects.order_by("value").values_list("value", flat=True)) == list(
            range(1, before + 3)
        )


def test_one_proposal_is_registered_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = submitted(world)
        url = reverse("proposal-review", args=[proposal.pk])
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.committee_staff, url, {"outcome": "register"}),
                Deed(world.committee_colleague, url, {"outcome": "return_for_revision", "opinion": "请补充数据。"}),
            )
        )
        decided = arena.deeds(proposal, "register") + arena.deeds(proposal, "return_for_revision")
        assert decided == proposal.reviews.count() == 1
        if proposal.reviews.get().outcome == "registered":
            assert "请补充数据。" in lost.html  # what the other had written is not gone


def test_the_same_new_form_sent_twice_makes_one_draft(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        title = f"关于{uuid4().hex}的建议"
        data = {
            "session": world.session.pk,
            "kind": Proposal.Kind.SESSION.value,
            "title": title,
            "proposer": world.minjian.pk,
            "key": uuid4().hex,
        }
        click = Deed(world.minjian_contact, reverse("proposal-new"), data)
        lost = one_wins(at_once(arena.pair, click, click))
        assert Proposal.objects.filter(title=title).count() == 1
        assert "没有重复建立" in lost.html


def test_a_draft_handed_in_twice_is_handed_in_once(arena: Arena) -> None:
    for _ in range(ROUNDS):
        proposal = draft(arena.world)
        click = Deed(arena.world.minjian_contact, reverse("proposal-submit", args=[proposal.pk]))
        one_wins(at_once(arena.pair, click, click))
        assert arena.deeds(proposal, "submit") == 1


def test_a_save_that_meets_the_handing_in_is_stored_or_given_back(arena: Arena) -> None:
    world = arena.world
    for round_ in range(ROUNDS):
        proposal = draft(world)
        words = f"第{round_}次改写的背景情况。"
        changed = form_data(stored_content(proposal), proposal.version, background=words)
        answers = at_once(
            arena.pair,
            Deed(arena.second_contact, reverse("proposal-edit", args=[proposal.pk]), changed),
            Deed(world.minjian_contact, reverse("proposal-submit", args=[proposal.pk])),
        )
        nothing_broke(answers)
        proposal.refresh_from_db()
        assert answers[1].status == 302
        assert (proposal.background == words) if answers[0].is_done else (words in answers[0].html)


def test_two_saves_of_one_draft_keep_both_texts(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = draft(world)
        url, content = reverse("proposal-edit", args=[proposal.pk]), stored_content(proposal)
        mine, theirs = "甲改写的背景情况。", "乙改写的背景情况。"
        lost = one_wins(
            at_once(
                arena.pair,
                Deed(world.minjian_contact, url, form_data(content, proposal.version, background=mine)),
                Deed(arena.second_contact, url, form_data(content, proposal.version, background=theirs)),
            )
        )
        proposal.refresh_from_db()
        assert lost.status == 409
        assert {proposal.background} < {mine, theirs}
        assert mine in lost.html
        assert theirs in lost.html


def test_assigning_against_undoing_the_registration(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = registered(world)
        one_wins(
            at_once(
                arena.pair,
                Deed(world.office_staff, reverse("proposal-assign", args=[proposal.pk]), {"lead": world.sfj.pk}),
                Deed(
                    world.committee_staff,
                    reverse("proposal-undo-registration", args=[proposal.pk]),
                    {"opinion": "编号有误。"},
                ),
            )
        )
        proposal.refresh_from_db()
        assert arena.deeds(proposal, "assign") + arena.deeds(proposal, "undo_registration") == 1
        assert proposal.assignments.exists() == (proposal.state == ProposalState.ASSIGNED)
        assert bool(proposal.number) == (proposal.state == ProposalState.ASSIGNED)


def test_two_assignments_at_once_leave_one_lead(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = registered(world)
        url = reverse("proposal-assign", args=[proposal.pk])
        one_wins(
            at_once(
                arena.pair,
                Deed(world.office_staff, url, {"lead": world.sfj.pk, "co_handlers": [world.gaj.pk]}),
                Deed(world.office_colleague, url, {"lead": world.scj.pk}),
            )
        )
        assert arena.deeds(proposal, "assign") == 1
        assert proposal.assignments.filter(role__in=Assignment.ANSWERING_ROLES).count() == 1


def test_a_receipt_against_a_withdrawal(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        helper = assigned(world)[1]
        accept, withdraw = at_once(
            arena.pair,
            Deed(world.gaj_clerk, reverse("assignment-accept", args=[helper.pk])),
            Deed(world.office_staff, reverse("assignment-withdraw", args=[helper.pk]), {"reason": "不涉及该单位。"}),
        )
        assert [accept.fault, withdraw.fault] == ["", ""]
        assert accept.is_done != withdraw.is_done
        # A bureau that is no longer in the case may not know of it: its clerk gets 404, and a notice that says why.
        assert {accept.status, withdraw.status} - {302} <= {404, 409}
        helper.refresh_from_db()
        assert helper.state == ("accepted" if accept.is_done else "withdrawn")
        assert helper.deadlines.filter(cancelled_at=None).exists() == accept.is_done
        assert arena.deeds(helper.proposal, "accept") + arena.deeds(helper.proposal, "withdraw") == 1
        told = Notice.objects.filter(recipient=world.gaj_clerk, text__contains="不再会办")
        assert told.filter(text__contains=helper.proposal.number).exists() == withdraw.is_done


def test_a_file_removed_twice_is_removed_once(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        proposal = draft(world)
        file = SimpleUploadedFile("附件.txt", f"附件 {proposal.pk}".encode())
        (attachment,) = add_attachments(world.minjian_contact, proposal=proposal, files=[file])
        click = Deed(world.minjian_contact, reverse("attachment-delete", args=[attachment.pk]))
        answers = at_once(arena.pair, click, click)
        assert [answer.fault for answer in answers] == ["", ""]
        assert sorted(answer.status for answer in answers) in ([302, 404], [302, 409])
        assert arena.deeds(proposal, "detach") == 1


def read_item_of(who: User, content: str) -> ImportItem:
    """A page that ``who`` has uploaded and the worker has read."""
    batch = open_batch(who, files=[SimpleUploadedFile("答复.txt", content.encode())], key=uuid4().hex)
    item = batch.items.get()
    if item.state == "waiting":
        read_item(item.pk)
    item.refresh_from_db()
    assert item.state == "read", item.error
    return item


def storing(who: User, item: ImportItem) -> Deed:
    """The button that makes a case of ``item``."""
    return Deed(who, reverse("import-item-store", args=[item.pk]), {"version": item.version})


def test_one_item_stored_twice_makes_one_case(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        before, item = ImportedSource.objects.count(), read_item_of(world.committee_staff, page(arena))
        people = (world.committee_staff, world.committee_colleague)
        nothing_broke(at_once(arena.pair, *(storing(who, item) for who in people)))
        assert ImportedSource.objects.count() == before + 1


def test_two_pages_of_one_number_stored_at_once_make_one_case(arena: Arena) -> None:
    world = arena.world
    for _ in range(ROUNDS):
        before, content = ImportedSource.objects.count(), page(arena)
        first = read_item_of(world.committee_staff, content)
        second = read_item_of(world.committee_colleague, content.replace("公平秤", "公平秤 "))  # another SHA-256
        at = storing(world.committee_staff, first), storing(world.committee_colleague, second)
        nothing_broke(at_once(arena.pair, *at))
        assert ImportedSource.objects.count() == before + 1


def test_one_upload_sent_twice_makes_one_batch(arena: Arena) -> None:
    world, url = arena.world, reverse("import-new")
    for _ in range(ROUNDS):
        before, key = ImportBatch.objects.count(), uuid4().hex
        deed = Deed(world.committee_staff, url, {"key": key}, files={"uploads": ("答复.txt", page(arena))})
        answers = at_once(arena.pair, deed, deed)
        nothing_broke(answers)
        assert [answer.status for answer in answers] == [302, 302]
        assert ImportBatch.objects.count() == before + 1


def test_an_import_and_a_new_draft_do_not_wait_for_each_other_crosswise(arena: Arena) -> None:
    """The import holds the session and tells the colleague; the colleague, held by his own draft, needs the session."""
    world = arena.world
    for _ in range(ROUNDS):
        data = {
            "session": world.session.pk,
            "kind": Proposal.Kind.SESSION.value,
            "title": f"关于{uuid4().hex}的建议",
            "key": uuid4().hex,
        }
        answers = at_once(
            arena.pair,
            storing(world.committee_staff, read_item_of(world.committee_staff, page(arena))),
            Deed(world.committee_colleague, reverse("proposal-new"), data),
        )
        nothing_broke(answers)
        assert [answer.status for answer in answers] == [302, 302]
