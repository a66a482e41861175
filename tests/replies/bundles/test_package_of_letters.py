"""答复函打包: what is in the package, what is not and why, and that it is the same whenever it is made of the same."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence

import pytest

from proposals.models import Assignment, Notice, Proposal, User
from replies.models import Bundle, RenderedDocument, Reply
from replies.services.bundling import ask_for_bundle, make_bundle
from tests.replies.bundles.conftest import Typesetter
from tests.replies.cases import accepted_case
from tests.world import World

FOLDER = "九届一次会议/"


def asked(
    actor: User, cases: Sequence[Proposal], formats: Sequence[str] = ("pdf",), key: str = "form", **more: str
) -> Bundle:
    return ask_for_bundle(actor, kind="letters", formats=formats, cases=[case.pk for case in cases], key=key, **more)


def cases_of(replies: Sequence[Reply]) -> list[Proposal]:
    return [reply.proposal for reply in replies]


def content_of(bundle: Bundle) -> bytes:
    bundle.refresh_from_db()
    assert bundle.state == "ready", bundle.error
    (file,) = bundle.files.all()
    with file.file.open("rb") as handle:
        content: bytes = handle.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    return content


def opened(bundle: Bundle) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content_of(bundle)))


def test_each_letter_is_in_it_in_each_format_with_a_list_and_checksums(world: World, replies: list[Reply]) -> None:
    bundle = asked(world.committee_staff, cases_of(replies), ("pdf", "ofd"), conditions="届次：九届一次会议")
    assert make_bundle(bundle.pk)
    with opened(bundle) as found:
        names = found.namelist()
        letters = [name for name in names if name.startswith(FOLDER)]
        assert letters[:2] == [
            f"{FOLDER}第005号_市司法局_关于推动盘锦市营商环境法治化建设.pdf",
            f"{FOLDER}第005号_市司法局_关于推动盘锦市营商环境法治化建设.ofd",
        ]
        assert len(letters) == 6
        assert names[6:] == ["清单.html", "SHA256SUMS.txt"]
        assert "这是第006号的话。" in found.read(letters[2]).decode()
        lines = [line.split("  ", 1) for line in found.read("SHA256SUMS.txt").decode().splitlines()]
        sums = {name: digest for digest, name in lines}
        assert {name: hashlib.sha256(found.read(name)).hexdigest() for name in names[:-1]} == sums
        index = found.read("清单.html").decode()
    assert all(
        words in index
        for words in ("第007号", "盘司函〔2022〕5号", "2022-08-18", "届次：九届一次会议", sums[letters[0]])
    )
    assert (bundle.done, bundle.total, bundle.left_out) == (6, 6, [])
    assert bundle.title == "九届一次会议答复函打包（3件，PDF、OFD）"


def test_letters_made_on_the_way_are_kept_like_any_other(
    world: World, replies: list[Reply], typesetter: Typesetter
) -> None:
    make_bundle(asked(world.committee_staff, cases_of(replies), ("docx",)).pk)
    rows = RenderedDocument.objects.filter(format="docx", state="ready")
    assert {row.reply_id for row in rows} == {reply.pk for reply in replies}
    assert len(typesetter.made) == 3
    make_bundle(asked(world.office_staff, cases_of(replies), ("docx",)).pk)
    assert len(typesetter.made) == 3


def test_equal_content_gives_equal_bytes(world: World, replies: list[Reply]) -> None:
    first, second = (asked(world.committee_staff, cases_of(replies), key=key) for key in ("a", "b"))
    make_bundle(first.pk)
    make_bundle(second.pk)
    assert content_of(first) == content_of(second)
    assert first.files.get().file.name != second.files.get().file.name


def test_a_letter_that_cannot_be_made_is_named_and_stops_no_other(
    world: World, replies: list[Reply], typesetter: Typesetter
) -> None:
    typesetter.refuses = "这是第006号的话。"
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    with opened(bundle) as found:
        assert len([name for name in found.namelist() if name.startswith(FOLDER)]) == 2
        assert "没有做成</strong> PDF：字库里没有“㐂”" in found.read("清单.html").decode()
    ((case, why),) = bundle.left_out
    assert case == "九届一次会议第006号（市司法局）"
    assert why.startswith("PDF：字库里没有“㐂”（U+3402）")
    assert Notice.objects.get(recipient=world.committee_staff).text == f"已做好，可以下载：{bundle.title}"


def test_nothing_that_can_be_made_is_a_failure_and_says_why(
    world: World, replies: list[Reply], typesetter: Typesetter
) -> None:
    typesetter.refuses = "提案"
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert bundle.state == "failed"
    assert bundle.error.startswith("PDF：字库里没有“㐂”（U+3402）")
    assert not bundle.files.exists()
    assert Notice.objects.get(recipient=world.committee_staff).text.startswith("没有做成（PDF：字库里没有“㐂”")


def test_a_case_without_a_signed_letter_is_named(world: World, replies: list[Reply]) -> None:
    unanswered = accepted_case(world, value="012").proposal
    merged = accepted_case(world, value="013").proposal
    Proposal.objects.filter(pk=merged.pk).update(state="merged", merged_into=replies[0].proposal)
    bundle = asked(world.committee_staff, [*cases_of(replies), unanswered, merged])
    make_bundle(bundle.pk)
    content_of(bundle)
    assert bundle.left_out == [
        ["九届一次会议第012号", "没有已签发的答复"],
        ["九届一次会议第013号", "已并案，答复在主提案"],
    ]


def test_what_was_unsigned_or_taken_from_sight_after_asking_stays_out_and_is_named(
    world: World, replies: list[Reply]
) -> None:
    bundle = asked(world.sfj_clerk, cases_of(replies))
    Reply.objects.filter(pk=replies[0].pk).update(state="signing", signed_letter=None, signed_digest="")
    Assignment.objects.filter(proposal=replies[1].proposal, bureau=world.sfj).update(state="withdrawn")
    make_bundle(bundle.pk)
    with opened(bundle) as found:
        (letter,) = [name for name in found.namelist() if name.startswith(FOLDER)]
        assert "第007号" in letter
        everything = b"".join(found.read(name) for name in found.namelist()).decode()
    assert "这是第005号的话。" not in everything
    assert "这是第006号的话。" not in everything
    assert bundle.left_out == [
        ["九届一次会议第005号", "没有已签发的答复"],
        ["九届一次会议第006号", "您现在不能查看"],
    ]


def test_who_has_lost_his_post_gets_nothing(world: World, replies: list[Reply]) -> None:
    bundle = asked(world.sfj_clerk, cases_of(replies))
    world.sfj_clerk.posts.update(ends_on="2021-01-01")
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.state, bundle.error) == ("failed", "所选提案现在没有您可以打包的答复函。")


def test_an_archived_case_gives_its_letter_and_gets_no_row(world: World, replies: list[Reply]) -> None:
    Proposal.objects.filter(pk=replies[0].proposal_id).update(archived_at="2022-12-01T00:00:00Z")
    bundle = asked(world.committee_staff, cases_of(replies), ("docx",))
    make_bundle(bundle.pk)
    with opened(bundle) as found:
        assert len([name for name in found.namelist() if name.endswith(".docx")]) == 3
    assert not RenderedDocument.objects.filter(reply=replies[0], format="docx").exists()


@pytest.mark.parametrize("state", ["running", "failed"])
def test_a_letter_another_worker_has_in_hand_or_failed_is_packed_all_the_same(
    world: World, replies: list[Reply], state: str
) -> None:
    RenderedDocument.objects.filter(reply=replies[0]).update(state=state, lease_until="2999-01-01T00:00:00Z")
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    with opened(bundle) as found:
        assert len([name for name in found.namelist() if name.endswith(".pdf")]) == 3
    assert RenderedDocument.objects.get(reply=replies[0]).state == state
