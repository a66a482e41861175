"""What the supervision office did in the city of the permission tests: an urging, slips, an archived case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from proposals.models import Proposal, SlipFile, SupervisionSlip
from proposals.services.slip_answers import add_files, hand_in, save_draft
from proposals.services.slips import issue_slip
from proposals.services.urging import urge
from replies.services.archiving import archive_case
from replies.services.packaging import build_package
from tests.factories import Stage, case_in
from tests.world import World

Mark = Callable[[str, str], str]


def supervise(world: World, cases: Mapping[str, Proposal], mark: Mark) -> None:
    """Urge in the case of ACCEPTED; slips in those of DRAFTING (a draft lies there) and ISSUED (handed in). Beside the
    cases of the stages one that was rejected and archived."""
    text = f"{{单位}}：请抓紧办理。{mark('urging', 'ACCEPTED')}"
    urge(world.office_staff, proposal=cases["ACCEPTED"], text=text, key="city")
    _slip(world, cases["DRAFTING"], "DRAFTING", mark)
    hand_in(world.sfj_clerk, slip=_slip(world, cases["ISSUED"], "ISSUED", mark), seen_version=2)
    rejected = case_in(world, Stage.REJECTED).proposal
    build_package(archive_case(world.committee_staff, proposal=rejected).pk)


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
        "slip-file": SlipFile.objects.filter(slip__proposal=proposal).first(),
    }
