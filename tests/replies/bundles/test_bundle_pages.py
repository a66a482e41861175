"""The pages of 汇编与打包: what is counted before, what is seen while it is made, the files as browsers take them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import User
from replies.models import Bundle, BundleFile, Reply
from replies.services.bundling import ask_for_bundle, make_bundle
from replies.views.bundle_words import how_far
from tests.factories import Stage, case_in
from tests.replies.bundles.test_package_of_letters import asked, cases_of
from tests.replies.cases import accepted_case, signed_reply
from tests.world import World

NEW = reverse("bundle-new")
Counting = Callable[..., Any]


@pytest.fixture
def ready(world: World, replies: list[Reply]) -> BundleFile:
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)
    return bundle.files.get()


def page_of(client: Client, user: User, address: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_ticked_cases_lead_from_the_list_to_a_package(client: Client, world: World, replies: list[Reply]) -> None:
    unanswered = accepted_case(world, value="012").proposal
    page = page_of(client, world.committee_staff, reverse("proposal-list"))
    assert f'name="p" value="{unanswered.pk}" form="chosen"' in page
    address = f"{NEW}?p={replies[0].proposal_id}&p={unanswered.pk}&p=abc"
    page = page_of(client, world.committee_staff, address)
    assert "共 <strong>2</strong> 件提案，其中现在有 <strong>1</strong> 份已签发的答复函" in page
    answer = client.post(address, {"kind": "letters", "formats": ["pdf", "docx"], "key": "k"})
    bundle = Bundle.objects.get()
    assert answer["Location"] == reverse("bundle-detail", args=[bundle.pk])
    assert bundle.selection == [replies[0].proposal_id, unanswered.pk]
    assert (bundle.formats, bundle.conditions) == (["pdf", "docx"], "勾选的提案")


def test_all_of_a_filter_is_taken_and_told_in_words(client: Client, world: World, replies: list[Reply]) -> None:
    accepted_case(world, value="012")
    page = page_of(client, world.office_staff, f"{reverse('proposal-list')}?q=007")
    assert f'href="{NEW}?q=007"' in page
    address = f"{NEW}?session={world.session.pk}&q=007"
    assert "共 <strong>1</strong> 件提案" in page_of(client, world.office_staff, address)
    client.post(address, {"kind": "letters", "formats": ["pdf"], "key": "k"})
    bundle = Bundle.objects.get()
    assert bundle.selection == [replies[2].proposal_id]
    assert bundle.conditions == "字词：007；届次：九届一次会议"


def test_without_a_choice_it_is_the_latest_session(client: Client, world: World, replies: list[Reply]) -> None:
    client.force_login(world.sfj_clerk)
    assert client.get(NEW)["Location"] == f"{NEW}?session={world.session.pk}"
    page = page_of(client, world.sfj_clerk, f"{NEW}?session={world.session.pk}")
    assert "届次：九届一次会议。" in page
    assert "共 <strong>3</strong> 件提案" in page


def test_a_wrong_filter_and_a_wrong_form_keep_what_was_chosen(
    client: Client, world: World, replies: list[Reply]
) -> None:
    page = page_of(client, world.committee_staff, f"{NEW}?session=999999", 400)
    assert "筛选条件有误" in page
    answer = client.post(f"{NEW}?session={world.session.pk}", {"kind": "letters", "formats": []})
    assert answer.status_code == 400
    assert not Bundle.objects.exists()


def test_the_form_sent_twice_is_one_batch(client: Client, world: World, replies: list[Reply]) -> None:
    client.force_login(world.committee_staff)
    data = {"kind": "letters", "formats": ["pdf"], "key": "k"}
    first, second = (client.post(f"{NEW}?session={world.session.pk}", data)["Location"] for _ in range(2))
    assert first == second
    assert Bundle.objects.count() == 1


def test_progress_is_shown_and_the_end_of_it(client: Client, world: World, replies: list[Reply]) -> None:
    bundle = asked(world.committee_staff, cases_of(replies))
    address = reverse("bundle-detail", args=[bundle.pk])
    assert "排队等待制作" in page_of(client, world.committee_staff, address)
    Bundle.objects.update(state="running", done=2)
    page = page_of(client, world.committee_staff, address)
    assert "制作中：2 / 3 份文件" in page
    assert "data-until-done" in page
    assert "制作中：2 / 3 份文件" in page_of(client, world.committee_staff, reverse("bundle-list"))
    assert 'value="66"' in page
    poll = f"{address}?progress=1"
    assert f'data-poll="{poll}"' in page
    assert "data-done" not in page_of(client, world.committee_staff, poll)
    Bundle.objects.update(state="failed", error="磁盘空间不足。")
    page = page_of(client, world.committee_staff, poll)
    assert "data-done" in page
    assert f'href="{address}">重新打开本页' in page
    page = page_of(client, world.committee_staff, address)
    assert "磁盘空间不足。" in page
    assert "data-until-done" not in page
    retry = reverse("bundle-retry", args=[bundle.pk])
    assert retry in page
    assert "上次没有做成：磁盘空间不足。" in page_of(client, world.committee_staff, retry)
    assert client.post(retry).status_code == 302
    bundle.refresh_from_db()
    assert bundle.state == "queued"
    assert client.post(retry).status_code == 409
    make_bundle(bundle.pk)
    page = page_of(client, world.committee_staff, poll)
    assert "data-done" in page
    assert f'href="{address}">打开结果' in page


def test_a_package_of_two_formats_counts_its_files_from_the_first_moment(world: World, replies: list[Reply]) -> None:
    unanswered = accepted_case(world, value="012").proposal
    cases = [*cases_of(replies), unanswered]
    bundle = asked(world.committee_staff, cases, formats=("pdf", "docx"))
    assert bundle.total == 6
    make_bundle(bundle.pk)
    bundle.refresh_from_db()
    assert (bundle.done, bundle.total) == (6, 6)
    bundle.state = "running"
    assert how_far(bundle) == "装入压缩包：共 6 份文件"


def test_a_book_tells_its_two_steps_out_of_one_total_that_stands_still(world: World, replies: list[Reply]) -> None:
    bundle = ask_for_bundle(
        world.committee_staff,
        kind="book",
        formats=["pdf", "docx"],
        cases=[case.pk for case in cases_of(replies)],
        key="book",
    )
    assert bundle.total == 9
    assert how_far(bundle) == "排队等待制作"
    bundle.state = "running"
    told = []
    for bundle.done in (0, 2, 3, 5, 9):
        told.append(how_far(bundle))
    assert told == [
        "第 1 步（共 2 步）汇集提案：0 / 3 件",
        "第 1 步（共 2 步）汇集提案：2 / 3 件",
        "第 2 步（共 2 步）排版成册：0 / 3 件",
        "第 2 步（共 2 步）排版成册：1 / 3 件",
        "第 2 步（共 2 步）排版成册：3 / 3 件",
    ]


def test_the_file_is_taken_whole_or_in_parts_under_its_chinese_name(
    client: Client, world: World, ready: BundleFile
) -> None:
    address = reverse("bundle-file", args=[ready.pk])
    assert address in page_of(client, world.committee_staff, reverse("bundle-detail", args=[ready.bundle_id]))
    whole = client.get(address)
    content = body_of(whole)
    assert hashlib.sha256(content).hexdigest() == ready.sha256
    assert whole["Content-Disposition"] == (
        f"attachment; filename=\"bundle-{ready.pk}.zip\"; filename*=utf-8''{quote(ready.name, safe='')}"
    )
    assert (whole["Content-Type"], whole["X-Content-Type-Options"]) == ("application/zip", "nosniff")
    part = client.get(address, headers={"range": "bytes=10-19"})
    assert (part.status_code, body_of(part)) == (206, content[10:20])
    assert (part["Content-Range"], part["Content-Length"]) == (f"bytes 10-19/{len(content)}", "10")
    tail = client.get(address, headers={"range": "bytes=-7", "if-range": whole["ETag"]})
    assert body_of(tail) == content[-7:]
    changed = client.get(address, headers={"range": "bytes=10-19", "if-range": '"another"'})
    assert (changed.status_code, body_of(changed)) == (200, content)
    assert client.get(address, headers={"range": f"bytes={len(content)}-"}).status_code == 416
    assert client.get(address, headers={"if-none-match": whole["ETag"]}).status_code == 304
    head = client.head(address)
    assert (head.status_code, int(head["Content-Length"])) == (200, len(content))


def test_an_altered_file_is_not_handed_out(client: Client, world: World, ready: BundleFile) -> None:
    client.force_login(world.committee_staff)
    address = reverse("bundle-file", args=[ready.pk])
    with ready.file.open("rb") as handle:
        content = handle.read()
    path = Path(ready.file.path)
    path.write_bytes(content[:-1] + b"?")
    assert client.get(address).status_code == 409
    path.write_bytes(content + b"more")
    assert client.get(address, headers={"range": "bytes=0-9"}).status_code == 409


def test_a_batch_is_for_its_owner_as_long_as_he_holds_the_post(client: Client, world: World, ready: BundleFile) -> None:
    pages = [reverse(name, args=[ready.bundle_id]) for name in ("bundle-detail", "bundle-retry", "bundle-delete")]
    pages.append(reverse("bundle-file", args=[ready.pk]))
    for stranger in (world.committee_colleague, world.office_staff, world.sfj_clerk, world.admin):
        for address in pages:
            page_of(client, stranger, address, 404)
    assert page_of(client, world.committee_colleague, reverse("bundle-list")).count("data-label") == 0
    world.committee_staff.posts.update(ends_on="2021-01-01")
    page_of(client, world.committee_staff, pages[-1], 404)


def test_its_owner_removes_it(client: Client, world: World, ready: BundleFile) -> None:
    address = reverse("bundle-delete", args=[ready.bundle_id])
    assert "不能恢复" in page_of(client, world.committee_staff, address)
    assert client.post(address)["Location"] == reverse("bundle-list")
    assert client.get(reverse("bundle-detail", args=[ready.bundle_id])).status_code == 404


def test_a_proposer_and_an_administrator_do_not_export(client: Client, world: World, replies: list[Reply]) -> None:
    for person in (world.minjian_contact, world.admin, world.nobody):
        page_of(client, person, f"{NEW}?session={world.session.pk}", 403)
        page_of(client, person, reverse("bundle-list"), 403)
        assert NEW not in page_of(client, person, reverse("proposal-list"))


def test_pages_cost_the_same_whatever_they_show(
    client: Client, world: World, replies: list[Reply], django_assert_num_queries: Counting
) -> None:
    client.force_login(world.committee_staff)
    client.get(reverse("healthz"))  # the first request of a session writes it
    bundle = asked(world.committee_staff, cases_of(replies))
    make_bundle(bundle.pk)

    def counted() -> None:
        for address, queries in (
            (f"{NEW}?session={world.session.pk}", 7),
            (reverse("bundle-list"), 4),
            (reverse("bundle-detail", args=[bundle.pk]), 5),
        ):
            with django_assert_num_queries(queries, info=address):
                assert client.get(address).status_code == 200

    counted()
    more = [signed_reply(world, value=f"{n:03}", extra=f"第{n}份。", is_rendered=False) for n in range(100, 110)]
    for n in range(4):
        make_bundle(asked(world.committee_staff, cases_of(more), key=f"more{n}").pk)
    counted()


def test_nothing_ticked_is_not_the_whole_session(client: Client, world: World, replies: list[Reply]) -> None:
    page = page_of(client, world.committee_staff, f"{NEW}?ticked=1")
    assert "没有选中提案" in page
    assert "开始制作" not in page


def test_a_package_without_a_letter_is_refused_at_its_form(client: Client, world: World) -> None:
    case = case_in(world, Stage.DRAFTING).proposal
    client.force_login(world.committee_staff)
    answer = client.post(f"{NEW}?p={case.pk}", {"kind": "letters", "formats": ["pdf"], "key": "once"})
    assert answer.status_code == 400
    assert "还没有您可以打包的、已签发的答复函" in answer.content.decode()
    assert not Bundle.objects.exists()
