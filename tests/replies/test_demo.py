"""``load_demo``: a whole city in an empty database, sound and complete; never over somebody's data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.chinese import to_chinese
from proposals.deadlines import Lamp, lamp
from proposals.models import Assignment, Deadline, HandlingRequest, Invitation, Proposal, Session, User
from proposals.permissions_cosigning import cosignable_by
from proposals.services.verification import verify_events
from replies.answer_matrix import digest, gaps, proposed_class, thaw
from replies.demo.people import PASSWORD, accounts
from replies.models import ClearanceStep, Promise, Publication, Redo, RenderedDocument, Reply
from replies.queries import outline_of
from replies.worklist import work_of
from tests.world import World

TOLD_ON = date(2026, 3, 18)


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> Iterator[str]:
    """The demo as told on a day in March; gives what the command printed. Its anchor is its own: the next test in this
    process has another database."""
    settings.EVENT_ANCHOR_FILE = tmp_path / "events.log"
    printed = load("--today", TOLD_ON.isoformat())
    with clock.at(TOLD_ON):
        yield printed


def test_the_demo_holds_together(demo: str) -> None:
    """One telling, looked at from all sides (it takes seconds, so it is told once)."""
    a_log_in_table_is_printed(demo)
    case_005_is_published_with_its_own_dates()
    every_ask_of_005_is_answered_in_the_section_of_its_number()
    every_stage_has_a_case()
    every_branch_has_a_case()
    lamps_of_all_colours_burn()
    nobody_acts_at_two_steps()
    files_are_ready_and_chains_hold()
    it_refuses_nothing_but_does_nothing_twice()


def a_log_in_table_is_printed(printed: str) -> None:
    names = {account.username for account in accounts()}
    assert names == set(User.objects.values_list("username", flat=True)) - {"import"}
    assert PASSWORD in printed
    assert all(re.search(rf"^\s+{name}\s", printed, re.MULTILINE) for name in names)
    assert User.objects.get(username="sfj").check_password(PASSWORD)
    assert all("演示" in user.display_name for user in User.objects.filter(username__in=names))


def case_005_is_published_with_its_own_dates() -> None:
    reply = Reply.objects.get(proposal__number="005", proposal__session__term=9, proposal__session__number=1)
    publication = reply.publications.get()
    assert reply.proposal.title == "关于推动盘锦市营商环境法治化建设"
    assert (reply.signed_on, publication.published_on) == (date(2022, 8, 18), date(2023, 8, 3))
    headings = [section for section in outline_of(reply) if section.heading]
    assert [len(section.children) for section in headings] == [5, 6, 2, 3]
    assert {row.bureau.code for row in reply.proposal.assignments.all()} == {"sfj", "gaj", "scj", "ysj"}
    assert RenderedDocument.objects.filter(publication=publication, state="ready", pages__gte=2).exists()


def every_ask_of_005_is_answered_in_the_section_of_its_number() -> None:
    """The matrix as it was signed: four asks, four headings, the class that follows from them, the promise kept."""
    reply = Reply.objects.get(proposal__number="005", proposal__session__term=9, proposal__session__number=1)
    matrix = thaw(reply.signed_matrix or ())
    assert [line.position for line in matrix] == [1, 2, 3, 4]
    assert [line.text for line in matrix] == list(reply.proposal.asks.values_list("text", flat=True))
    for line in matrix:
        assert [link.name.partition("、")[0] for link in line.sections] == [to_chinese(line.position)]
        assert line.class_code
        assert line.outcome
    classes = list(reply.proposal.session.result_scheme.classes.all())
    assert proposed_class(matrix, classes) == reply.result_class
    assert gaps(matrix, reply.result_class) == []
    assert digest(reply.signed_matrix) == reply.signed_matrix_digest
    [promised] = [line for line in matrix if line.promise]
    promise = Promise.objects.get(reply=reply)
    assert (promise.text, promise.ask_id, promise.state) == (promised.promise, promised.ask, "kept")
    assert promise.follow_ups.get().state == "issued"
    client = Client()
    client.force_login(User.objects.get(username="minjian"))
    page = client.get(reverse("proposal-detail", args=[reply.proposal_id])).content.decode()
    for line in matrix:
        assert line.text in page
        assert line.outcome in page


def every_stage_has_a_case() -> None:
    assert set(Proposal.objects.values_list("state", flat=True)) == {
        *("draft", "submitted", "returned", "rejected", "registered", "assigned", "answered", "imported"),
        *("merged", "withdrawn", "suggestion", "public_opinion", "suspended"),
    }
    assert {"drafting", "reviewing", "countersigning", "signing", "signed", "issued", "imported", "confirmed"} <= set(
        Reply.objects.values_list("state", flat=True)
    )
    assert set(Publication.objects.values_list("state", flat=True)) == {
        *("preparing", "releasing", "published", "unpublished", "withheld")
    }
    merged = Proposal.objects.get(state="merged")
    assert merged.merged_into is not None
    assert "赵青禾委员" in Reply.objects.get(proposal=merged.merged_into).addressee
    assert Proposal.objects.filter(state="submitted", kind="interim").exists()
    assert 50 <= Proposal.objects.count() <= 65
    assert len(set(Proposal.objects.values_list("title", flat=True))) == Proposal.objects.count()
    assert Session.objects.filter(is_open=True).count() == 1


def every_branch_has_a_case() -> None:
    """What leaves the straight path, each to be found on the page of whoever has it."""
    asked = set(HandlingRequest.objects.values_list("kind", "state"))
    assert asked == {
        *(("return", "pending"), ("return", "refused"), ("return", "granted")),
        *(("extension", "pending"), ("extension", "granted")),
    }
    assert {"coordinating", "auditing"} <= set(Reply.objects.values_list("state", flat=True))
    assert ClearanceStep.objects.filter(step="audit", decision="returned").exists()
    assert Assignment.objects.filter(role="separate").values("proposal").distinct().count() == 1
    assert {"open", "done"} <= set(Redo.objects.values_list("state", flat=True))
    assert Invitation.objects.filter(state="invited").exists()
    assert cosignable_by(User.objects.get(username="weiyuan2")).exists()
    owed = {
        "ducha": ("决定", "协调", "办复审查"),
        "jtj": ("重新办理",),
        "sthjj": ("继续拟稿",),
        "ysj_ling": ("签发会办意见",),
    }
    for username, steps in owed.items():
        labels = " ".join(item.next_label for item in work_of(User.objects.get(username=username)).owed)
        for step in steps:
            assert step in labels, (username, step, labels)


def lamps_of_all_colours_burn() -> None:
    running = Deadline.objects.filter(met_at=None, cancelled_at=None).values_list("due_on", flat=True)
    lamps = Counter(lamp(due, TOLD_ON) for due in running)
    assert min(lamps[colour] for colour in (Lamp.GREEN, Lamp.YELLOW, Lamp.RED, Lamp.OVERDUE)) >= 3


def nobody_acts_at_two_steps() -> None:
    acted = ClearanceStep.objects.values_list("reply", "round", "actor")
    assert max(Counter(acted).values()) == 1


def files_are_ready_and_chains_hold() -> None:
    assert set(RenderedDocument.objects.values_list("state", flat=True)) == {"ready"}
    assert verify_events().faults == []


def it_refuses_nothing_but_does_nothing_twice() -> None:
    before = Proposal.objects.count()
    assert "没有改动" in load()
    assert Proposal.objects.count() == before


def test_it_does_not_touch_a_database_with_data(world: World) -> None:
    with pytest.raises(CommandError, match="只能装入空库"):
        load()
    assert not Proposal.objects.exists()


def test_it_refuses_a_portal_in_production(db: None) -> None:
    with override_settings(PRODUCTION=True), pytest.raises(CommandError, match="正式运行"):
        load()
    assert not User.objects.exists()


def test_it_refuses_a_day_before_case_005_was_published(db: None) -> None:
    with pytest.raises(CommandError, match="不能早于"):
        load("--today", "2023-01-01")


def test_a_day_that_is_none_is_told_so(db: None) -> None:
    with pytest.raises(CommandError, match="不是日期"):
        load("--today", "昨天")


def test_accounts_only_prints_the_table(db: None) -> None:
    assert PASSWORD in load("--accounts")
    assert not User.objects.exists()
