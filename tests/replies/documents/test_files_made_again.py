"""Signed opinions and follow-ups without a file get one from what was signed; run again, nothing happens."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from proposals.models import Proposal
from replies.documents.letter import from_dict
from replies.models import CoHandlerOpinion, FollowUp, RenderedDocument
from replies.services.follow_ups import sign_follow_up
from replies.services.opinion_signing import sign_opinion
from replies.services.opinions import save_opinion, submit_opinion
from replies.services.promises import keep_promise
from replies.services.rendering import render_document
from tests.replies.drafting.case import assigned, share_of
from tests.replies.following.stages import promised
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


def signed_opinion(world: World) -> CoHandlerOpinion:
    share = share_of(assigned(world), world.gaj)
    save_opinion(world.gaj_clerk, assignment=share, heading="", body="一、已经完成\n专班处理。", version=0)
    return sign_opinion(world.gaj_leader, opinion=submit_opinion(world.gaj_clerk, assignment=share))


def issued_follow_up(world: World) -> FollowUp:
    first = promised(world)[0]
    keep_promise(world.sfj_clerk, promise=first, evidence="全部纳入。", text="联合检查已覆盖全部园区。")
    return sign_follow_up(world.sfj_leader, follow_up=FollowUp.objects.get())


def make_missing(*options: str) -> tuple[str, str, int]:
    """What the command says on stdout and stderr, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("make_missing_files", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


def test_an_opinion_signed_before_there_were_files_gets_the_letter_it_was_signed_as(world: World) -> None:
    opinion = signed_opinion(world)
    first = RenderedDocument.objects.get(opinion=opinion)
    letter = first.letter
    first.delete()
    assert "会办意见 1 份，跟踪答复 0 份" in make_missing("--count")[0]
    assert not RenderedDocument.objects.exists()
    told, faults, code = make_missing()
    row = RenderedDocument.objects.get(opinion=opinion)
    assert (row.letter, row.state) == (letter, "queued")
    assert (f"{opinion.document_number} {opinion.title}：已排队补做" in told, faults, code) == (True, "", 0)
    assert render_document(row.pk)
    row.refresh_from_db()
    assert (row.state, from_dict(row.letter).number) == ("ready", opinion.document_number)
    assert make_missing() == ("0 份已排队，由后台生成；0 份没有补做。\n", "", 0)


def test_a_follow_up_whose_file_failed_or_never_was_is_queued_with_what_was_signed(world: World) -> None:
    paper = issued_follow_up(world)
    row = RenderedDocument.objects.get(kind="follow_up")
    RenderedDocument.objects.filter(pk=row.pk).update(state="failed", error="排版出错。", attempts=3)
    assert f"{paper.document_number} {paper}：已重新排队" in make_missing()[0]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == ("queued", 0, "")
    row.delete()
    assert "已排队补做" in make_missing()[0]
    again = RenderedDocument.objects.get(kind="follow_up")
    assert (again.letter, again.letter_digest) == (paper.letter, paper.letter_digest)
    assert render_document(again.pk)


def test_what_is_not_as_it_was_signed_is_named_and_not_made_and_the_rest_goes_on(world: World) -> None:
    opinion, paper = signed_opinion(world), issued_follow_up(world)
    RenderedDocument.objects.filter(kind__in=("opinion", "follow_up")).delete()
    CoHandlerOpinion.objects.filter(pk=opinion.pk).update(body="另外的话。")
    _, faults, code = make_missing()
    assert (code, f"{opinion.title}：文字与签发时的摘要不一致" in faults) == (1, True)
    assert not RenderedDocument.objects.filter(opinion=opinion).exists()
    assert RenderedDocument.objects.filter(letter_digest=paper.letter_digest).exists()


def test_an_archived_case_gets_no_file_and_says_so(world: World) -> None:
    opinion = signed_opinion(world)
    RenderedDocument.objects.filter(opinion=opinion).delete()
    Proposal.objects.update(archived_at=opinion.signed_at)
    _, faults, code = make_missing()
    assert (code, "归档" in faults) == (1, True)
    assert not RenderedDocument.objects.exists()
