"""A filled case is like one made by the services: rows, chain, pages; and every job of the benchmark runs."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from proposals.models import Assignment, Bureau, Event, Notice, Proposal, ProposalProposer, User
from proposals.queries import wrong_next_due
from proposals.services.reference import seed_reference
from proposals.services.verification import verify_events
from replies.demo.stages import Stage
from replies.documents.letter import digest, from_dict
from replies.models import Publication, Reply
from replies.services.rebuilding import rebuild_cases, rebuild_publications
from replies.services.reference import seed_release_chain
from replies.views.casefile.tabs import TABS
from tests.load import bench, fill, moulds
from tests.load.city import TODAY
from tests.load.plan import BIG
from tests.replies.cases import quick_pdf

CASES = 60


@pytest.fixture
def filled(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[moulds.Kind, moulds.Mould]:
    """Sixty cases in the test database; the typesetter is not what is tested here."""
    monkeypatch.setattr(moulds, "render_in_process", quick_pdf)
    return fill.fill(CASES, say=lambda line: None)


def test_filled_cases_hold_and_open_and_every_job_runs(filled: dict[moulds.Kind, moulds.Mould]) -> None:
    """One test for all: filling takes seconds."""
    _rows_hold()
    _pages_open()
    _jobs_run(filled)


def _rows_hold() -> None:
    assert Proposal.objects.count() == CASES
    assert verify_events().faults == []
    assert list(wrong_next_due()) == []
    for rebuilt in (rebuild_cases, rebuild_publications):
        assert sum(report.written for report in list(rebuilt())[-1:]) == 0
    for row in Reply.objects.exclude(signed_letter=None):
        assert digest(from_dict(row.signed_letter or {})) == row.signed_digest
    assert Publication.objects.filter(state="published").exists()
    big = Proposal.objects.get(assignments__role="lead", last_event_number=max(_chain_lengths()))
    assert Assignment.objects.filter(proposal=big).count() == BIG.helpers + 1
    assert ProposalProposer.objects.filter(proposal=big).count() == BIG.proposers
    assert _leftovers() == []


def _chain_lengths() -> list[int]:
    return list(Proposal.objects.values_list("last_event_number", flat=True))


def _leftovers() -> list[str]:
    """Words and keys of a mould that stand in a case."""
    texts = [*Event.objects.values_list("text", flat=True), *Notice.objects.values_list("text", flat=True)]
    texts += [str(letter) for letter in Publication.objects.values_list("letter", flat=True)]
    texts += Notice.objects.values_list("link", flat=True)
    words = ("〔案由", "〔答复", "〔单位", "〔提案者", "〔号〕", str(moulds.FIRST_KEY)[:6])
    return [text for text in texts if any(word in text for word in words)]


def _pages_open() -> None:
    staff, stranger = Client(), Client()
    with clock.at(TODAY):
        staff.force_login(User.objects.get(username="dcs0"))
        seen: Counter[int] = Counter()
        for pk in Proposal.objects.exclude(state__in=["draft", "submitted", "returned", "rejected"]).values_list(
            "pk", flat=True
        )[:12]:
            for tab in TABS:
                seen[staff.get(reverse("proposal-detail", args=[pk]), {"tab": tab}).status_code] += 1
        assert set(seen) == {200}
        assert staff.get(reverse("proposal-list")).status_code == 200
        for number in Publication.objects.filter(state="published").values_list("index_number", flat=True)[:5]:
            assert stranger.get(reverse("public-page", args=[number])).status_code == 200


def _jobs_run(made: dict[moulds.Kind, moulds.Mould]) -> None:
    figures = bench.run(CASES, say=lambda line: None, warm=0, fewest=1, most=1, with_letters=False, moulds=made)
    measured = {figure.name for figure in figures if figure.median is not None}
    assert {"底线：登录后的空白页", "列表：第一页", "公开页面", "到期扫描", "提交提案", "签发", "印发"} <= measured
    for figure in figures:
        assert figure.missing or figure.queries is not None, figure.name
        assert bench.line(figure)
    scan = next(figure for figure in figures if figure.name == "到期扫描")
    assert scan.queries == 1


def test_a_mould_has_the_rows_of_the_case_it_was_read_from(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row counts per table are those of the services, for they are those rows; the database is left as it was."""
    monkeypatch.setattr(moulds, "render_in_process", quick_pdf)
    seed_reference([2026])
    seed_release_chain()
    kind = moulds.Kind(Stage.ISSUED, helpers=2, asks=4)
    mould = moulds.make_moulds([kind])[kind]
    rows = {model.__name__: len(found) for model, found in mould.rows.items()}
    assert rows["Proposal"] == 1
    assert rows["Assignment"] == 3
    assert rows["Ask"] == 4
    assert rows["Countersignature"] == 2
    assert rows["ClearanceStep"] == 5  # handed in, reviewed, twice countersigned, signed
    assert rows["Event"] == mould_event_number(mould)
    assert not Proposal.objects.exists()
    assert not Bureau.objects.filter(code__startswith="mould").exists()


def mould_event_number(mould: moulds.Mould) -> int:
    """The number of the last event as the case itself knows it."""
    (row,) = mould.rows[Proposal]
    place = [column.attname for column in moulds.columns_of(Proposal)].index("last_event_number")
    number: int = row.fixed[place]
    return number
