"""The pages of an import: upload, progress, preview, correction, storing; many files cost no more queries than few."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import now
from proposals.models import User
from replies.models import ImportBatch, ImportItem, Reply
from replies.services.import_batches import drop_item
from replies.services.import_items import store_item
from tests.replies.importing.batches import NEWS, correct, file, page, read_all, read_one, upload, without
from tests.security.forms_on_pages import form_with
from tests.world import World

BATCH_QUERIES, ITEM_QUERIES, UPLOAD_QUERIES = 14, 13, 9  # three of them keep the session alive


@pytest.fixture
def staff(world: World) -> Client:
    client = Client()
    client.force_login(world.committee_staff)
    return client


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def queries(client: Client, name: str, *args: object) -> int:
    with CaptureQueriesContext(connection) as captured:
        text(client, name, *args)
    return len(captured)


def test_several_files_are_uploaded_in_one_go_and_found_again(world: World, staff: Client) -> None:
    sent = form_with(text(staff, "import-new"), "key")
    files = [file("一.txt", page("021")), file("二.txt", page("022"))]
    answer = staff.post(reverse("import-new"), {**sent, "uploads": files})
    batch = ImportBatch.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, reverse("import-batch", args=[batch.pk]))
    waiting = text(staff, "import-batch", batch.pk)
    assert ("data-poll" in waiting, "data-done" in waiting, "progress.js" in waiting) == (True, False, True)
    again = staff.post(reverse("import-new"), {**sent, "uploads": [file("一.txt", page("021"))]})
    assert again["Location"] == answer["Location"]
    assert reverse("import-batch", args=[batch.pk]) in text(signed_in(world.office_staff), "import-new")


def test_a_page_without_files_or_with_bad_ones_only_says_so_at_the_field(world: World, staff: Client) -> None:
    for files in ([], [file("图.png", b"x")]):
        answer = staff.post(reverse("import-new"), {"key": "k", "uploads": files})
        assert answer.status_code == 400
        assert 'id="id_uploads_error"' in answer.content.decode()


def test_the_batch_page_says_what_became_of_each_file(world: World, staff: Client) -> None:
    store_item(world.committee_staff, item=read_one(world, page("025")), version=1)
    batch = upload(
        world,
        page("021"),
        without("022", "(第022号)"),
        NEWS.encode(),
        page("021", 园区="县区"),
        page("025", 园区="县区"),
    )
    read_all(batch)
    shown = text(staff, "import-batch", batch.pk)
    for words in ("可以存入", "待补", "没有读到提案号", "不是一份答复", "重号", "同一提案号", "第025号提案已在平台中"):
        assert words in shown
    assert reverse("proposal-detail", args=[Reply.objects.get().proposal_id]) in shown
    assert "全部存入没有问题的 1 份" in shown
    assert "data-poll" not in shown


def test_a_number_is_kept_as_numbers_are_stored_and_words_are_none(world: World, staff: Client) -> None:
    item = read_one(world, page("021"))
    address = reverse("import-item", args=[item.pk])
    sent = form_with(text(staff, "import-item", item.pk), "number")
    staff.post(address, {**sent, "number": "第０２２号"})
    item.refresh_from_db()
    assert item.corrections == {"number": "022"}
    sent = form_with(text(staff, "import-item", item.pk), "number")
    bad = staff.post(address, {**sent, "number": "二十二"})
    assert (bad.status_code, 'id="id_number_error"' in bad.content.decode()) == (400, True)


def test_the_address_the_progress_bar_asks_says_when_all_is_read(world: World, staff: Client) -> None:
    batch = upload(world, page())
    waiting = text(staff, "import-batch", batch.pk)
    polled = re.search(r'data-poll="([^"]+)"', waiting)
    assert polled
    read_all(batch)
    answer = staff.get(polled[1]).content.decode()  # without the element the bar would stand still for ever
    assert re.search(r"data-done\s+data-poll=", answer)
    assert "刷新，查看结果" in answer


def test_with_the_queue_standing_still_the_page_says_that_nothing_is_lost(world: World, staff: Client) -> None:
    batch = upload(world, page())
    assert "不用重新上传" not in text(staff, "import-batch", batch.pk)
    with clock.at(now() + timedelta(seconds=40)):
        assert "不用重新上传" in text(staff, "import-batch", batch.pk)


def test_the_preview_shows_source_and_fields_and_keeps_what_is_typed(world: World, staff: Client) -> None:
    item = read_one(world, without("021", "(第021号)"))
    shown = text(staff, "import-item", item.pk)
    assert "四个园区都有了服务站" in shown
    sent = form_with(shown, "number")
    assert (sent["term"], sent["signed_on"], sent["bureau"]) == (["9"], ["2022-08-16"], ["sfj"])
    address = reverse("import-item", args=[item.pk])
    bad = staff.post(address, {**sent, "signed_on": "2022-13-01", "title": "新的标题"})
    assert (bad.status_code, 'id="id_signed_on_error"' in bad.content.decode()) == (400, True)
    assert "新的标题" in bad.content.decode()
    lacking = staff.post(address, {**sent, "title": "新的标题", "do": "store"})
    assert (lacking.status_code, 'id="id_number_error"' in lacking.content.decode()) == (400, True)
    item.refresh_from_db()
    assert item.corrections == {"title": "新的标题"}  # saved all the same
    sent = form_with(text(staff, "import-item", item.pk), "number")
    on = staff.post(address, {**sent, "number": "021", "do": "store"})
    assert on["Location"] == reverse("import-item-store", args=[item.pk])
    asked = text(staff, "import-item-store", item.pk)
    assert "人工更正2项" in asked
    stored = staff.post(on["Location"], form_with(asked, "version"))
    reply = Reply.objects.get()
    assert stored["Location"] == reverse("import-confirm", args=[reply.pk])
    twice = staff.post(on["Location"], form_with(asked, "version"))
    assert (twice["Location"], Reply.objects.count()) == (stored["Location"], 1)
    check = text(staff, "import-confirm", reply.pk)
    assert "存入时人工更正 2 项" in check
    assert "govssfj-2022-118021" in check


def test_the_second_of_two_people_sees_both_texts_and_saves_over_them(world: World, staff: Client) -> None:
    item = read_one(world, page())
    address = reverse("import-item", args=[item.pk])
    sent = form_with(text(staff, "import-item", item.pk), "number")
    correct(world.office_staff, item, number="026")
    answer = staff.post(address, {**sent, "number": "027"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert ("提案号：026" in shown, "提案号：027" in shown, "杜明察" in shown) == (True, True, True)
    assert staff.post(address, form_with(shown, "number")).status_code == 302
    item.refresh_from_db()
    assert item.corrections == {"number": "027"}


def test_a_version_that_moved_on_is_not_stored(world: World, staff: Client) -> None:
    item = read_one(world, page())
    sent = form_with(text(staff, "import-item-store", item.pk), "version")
    correct(world.office_staff, item, number="026")
    answer = staff.post(reverse("import-item-store", args=[item.pk]), sent)
    assert answer.status_code == 409
    assert reverse("import-item", args=[item.pk]) in answer.content.decode()  # the way on


def test_a_number_that_is_taken_comes_back_at_its_field(world: World, staff: Client) -> None:
    store_item(world.committee_staff, item=read_one(world, page()), version=1)
    item = read_one(world, page(园区="县区"))
    answer = staff.post(reverse("import-item-store", args=[item.pk]), {"version": 1})
    assert (answer.status_code, 'id="id_number_error"' in answer.content.decode()) == (400, True)


def test_storing_all_asks_first_and_tells_what_it_did(world: World, staff: Client) -> None:
    batch = upload(world, page("021"), page("022"))
    read_all(batch)
    assert "全部存入没有问题的 2 份？" in text(staff, "import-batch-store", batch.pk)
    answer = staff.post(reverse("import-batch-store", args=[batch.pk]), follow=True)
    assert "已存入 2 份" in answer.content.decode()
    shown = text(staff, "import-batch", batch.pk)
    assert 'data-label="提案"' in shown
    assert 'data-label="说明"' not in shown  # a stored file has nothing to be said or done
    assert 'data-label="操作"' not in shown
    assert "没有可以一起存入的文件" in staff.post(answer.redirect_chain[-1][0] + "store/", follow=True).content.decode()


def test_dropping_asks_first_and_takes_the_file_out(world: World, staff: Client) -> None:
    item = read_one(world, NEWS.encode())
    assert "1.txt" in text(staff, "import-item-drop", item.pk)
    answer = staff.post(reverse("import-item-drop", args=[item.pk]), follow=True)
    assert "这一批没有文件了" in answer.content.decode()
    assert f"由{world.committee_staff}于" in text(staff, "import-item", item.pk)
    for again in (staff.post, staff.get):  # pressed twice, or an old page
        answer = again(reverse("import-item-drop", args=[item.pk]), follow=True)
        assert (answer.status_code, "“1.txt”已经删除" in answer.content.decode()) == (200, True)


def test_the_file_is_handed_out_as_a_download_only(world: World, staff: Client) -> None:
    item = read_one(world, page())
    answer = staff.get(reverse("import-item-file", args=[item.pk]))
    assert answer.content == page()
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    drop_item(world.committee_staff, item=item)
    text(staff, "import-item-file", item.pk, status=404)


def test_a_page_of_a_site_cannot_smuggle_markup_into_ours(world: World, staff: Client) -> None:
    item = read_one(world, page(园区="<script>alert(1)</script>"))
    for name in ("import-item", "import-batch"):
        assert "<script>alert" not in text(staff, name, item.pk if name == "import-item" else item.batch_id)


def test_many_files_take_no_more_queries_than_few(world: World, staff: Client) -> None:
    few = upload(world, page("021"), page("022"))
    first = read_all(few)[0]
    store_item(world.committee_staff, item=first, version=1)
    few.items.filter(pk=first.pk).update(state="read")  # as if its number were taken by another file
    many = upload(world, *(page(f"{number}") for number in range(100, 160)))
    read_all(many)
    item = ImportItem.objects.filter(batch=many).latest("pk")
    assert queries(staff, "import-batch", few.pk) <= BATCH_QUERIES
    assert queries(staff, "import-batch", many.pk) <= BATCH_QUERIES
    assert queries(staff, "import-item", item.pk) <= ITEM_QUERIES
    assert queries(staff, "import-new") <= UPLOAD_QUERIES
    shown = text(staff, "import-batch", many.pk)
    assert ("50.txt" in shown, "51.txt" in shown, "下一页" in shown) == (True, False, True)
