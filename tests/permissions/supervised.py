"""What the supervision office did in the city of the permission tests: an urging, slips, an archived case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from panjin_portal.lib.clock import today
from proposals.models import LogFile, Proposal, SlipFile, SupervisionForm, SupervisionSlip
from proposals.services.marking import set_mark
from proposals.services.slip_answers import add_files, hand_in, save_draft
from proposals.services.slips import issue_slip
from proposals.services.supervision_log import Deed, add_entry, write_report
from proposals.services.urging import urge
from replies.services.archiving import archive_case
from replies.services.bundling import ask_for_bundle, make_bundle
from replies.services.packaging import build_package
from tests.factories import Stage, case_in
from tests.world import World

Mark = Callable[[str, str], str]


def supervise(world: World, cases: Mapping[str, Proposal], mark: Mark) -> None:
    """Urge in the case of ACCEPTED, a key proposal with a log; slips in those of DRAFTING (a draft lies there) and
    ISSUED (handed in). Beside the cases of the stages one that was rejected and archived; a package of all letters."""
    text = f"{{单位}}：请抓紧办理。{mark('urging', 'ACCEPTED')}"
    urge(world.office_staff, proposal=cases["ACCEPTED"], text=text, key="city")
    _slip(world, cases["DRAFTING"], "DRAFTING", mark)
    hand_in(world.sfj_clerk, slip=_slip(world, cases["ISSUED"], "ISSUED", mark), seen_version=2)
    _log(world, cases["ACCEPTED"], mark)
    rejected = case_in(world, Stage.REJECTED).proposal
    build_package(archive_case(world.committee_staff, proposal=rejected).pk)
    letters = [case.pk for case in cases.values()]
    make_bundle(ask_for_bundle(world.committee_staff, kind="letters", formats=["pdf"], cases=letters, key="city").pk)


def _log(world: World, proposal: Proposal, mark: Mark) -> None:
    """A key proposal, one thing done about it, the report."""
    staff, form = world.committee_staff, SupervisionForm.objects.first()
    set_mark(staff, proposal=proposal, kind="key", proposed_by="提案委", leader="某副主席", form=form)
    deed = Deed("visit", today(), "某副主席", f"看了园区。{mark('log', 'ACCEPTED')}")
    add_entry(staff, proposal=proposal, deed=deed, files=[SimpleUploadedFile("纪要.txt", "纪要".encode())])
    write_report(staff, proposal=proposal, text=f"督办报告。{mark('summary', 'ACCEPTED')}", seen_number=0)


def _slip(world: World, proposal: Proposal, stage: str, mark: Mark) -> SupervisionSlip:
    """A slip to 司法局 with a draft and a file."""
    text = f"请报送进展。{mark('slip', stage)}"
    slip = issue_slip(world.office_staff, proposal=proposal, bureau=world.sfj, text=text, key="city")
    add_files(world.sfj_clerk, slip=slip, files=[SimpleUploadedFile("进展.txt", f"进展表{stage}".encode())])
    return save_draft(world.sfj_clerk, slip=slip, text=f"已经办了一半。{mark('report', stage)}", version=1)


def supervised(proposal: Proposal) -> dict[str, Any]:
    """The objects of ``proposal`` that addresses of supervision are about."""
    return {
        "urging": proposal.urgings.first(),
        "slip": proposal.slips.first(),
        "log": proposal.log_entries.first(),
        "log-file": LogFile.objects.filter(entry__proposal=proposal).first(),
        "slip-file": SlipFile.objects.filter(slip__proposal=proposal).first(),
    }
