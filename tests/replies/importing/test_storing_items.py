"""A read page becomes a case: corrected by hand, with its gaps, once, whoever presses how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.urls import reverse

from proposals.errors import EditConflict, InvalidInput, NotAllowed, PortalError, WrongStage
from proposals.models import Bureau, Event, Notice, Proposal, Session, User
from replies.models import ImportedSource, ImportItem, Reply
from replies.queries import outline_of
from replies.services.import_case import AlreadyHere
from replies.services.import_items import store_item, store_sound
from replies.services.import_judging import judge
from replies.services.importing import confirm_import
from replies.services.publishing import prepare_publication
from replies.services.storing import read_verified
from replies.structure.outline import to_text
from tests.replies.importing.batches import correct, page, read_all, read_one, upload, without
from tests.world import World, build_world


def stored(world: World, item: ImportItem) -> Reply:
    item.refresh_from_db()
    return store_item(world.committee_staff, item=item, version=item.version)


def test_a_stored_page_is_a_case_with_its_source_and_an_event(world: World) -> None:
    item = read_one(world, page())
    reply = stored(world, item)
    assert (reply.proposal.number, reply.bureau, reply.state) == ("021", world.sfj, "imported")
    assert (reply.source.text, read_verified(reply.source.file, item.sha256)) == (page().decode(), page())
    assert (reply.source.printed_index_number, reply.source.corrections) == ("govssfj-2022-118021", [])
    event = Event.objects.get(kind="import")
    assert (event.actor, event.text) == (world.committee_staff, "由已公开的答复导入，源文件“1.txt”")
    item.refresh_from_db()
    assert (item.state, item.reply, item.file.name, item.text) == ("stored", reply, "", "")
    assert Notice.objects.filter(recipient=world.office_staff, text__contains="待核对").exists()


def test_corrections_by_hand_are_stored_and_the_event_says_from_what_to_what(world: World) -> None:
    item = read_one(world, page())
    correct(
        world.office_staff,
        item,
        number="026",
        title="对第026号提案的答复",
        bureau="gaj",
        addressees="赵青禾委员、孙望潮委员",
        signed_on="2022-08-17",
        document_number="盘公函〔2022〕3号",
        result_class="B",
        index_number="govsgaj-1",
        published_on="2022-12-07",
    )
    reply = stored(world, item)
    assert (reply.proposal.number, reply.title, reply.bureau) == ("026", "对第026号提案的答复", world.gaj)
    assert (reply.signed_on, reply.document_number) == (date(2022, 8, 17), "盘公函〔2022〕3号")
    assert reply.result_class is not None
    assert (reply.result_class.code, reply.addressee) == ("B", "赵青禾委员、孙望潮委员")
    assert list(reply.proposal.proposers.order_by("proposal_proposers__position")) == [
        world.member,
        world.other_member,
    ]
    reading = reply.source.reading
    assert (reading["proposal_number"], reading["metadata"]["published_on"]) == ("026", "2022-12-07")
    assert reply.source.printed_index_number == "govsgaj-1"
    event = Event.objects.get(kind="import")
    assert "提案号由“021”改为“026”" in event.text
    assert "答复单位由“市司法局”改为“市公安局”" in event.text
    assert {"field": "number", "label": "提案号", "from": "021", "to": "026"} in event.data["corrections"]
    assert len(event.data["corrections"]) == 9


def test_a_wrong_heading_is_mended_and_the_body_cut_anew(world: World) -> None:
    item = read_one(world, page(**{"一、关于设站": "关于设站"}))
    reply_before = judge([item])[0].fields.sections
    assert [section.heading for section in reply_before] == ["", "关于宣传"]
    body = judge([item])[0].values["body"]
    correct(world.committee_staff, item, body=body.replace("关于设站", "一、关于设站"))
    reply = stored(world, item)
    assert [section.heading for section in outline_of(reply)] == ["关于设站", "关于宣传"]
    assert to_text(outline_of(reply)) == "一、关于设站\n四个园区都有了服务站。\n二、关于宣传\n宣传单已经发到每家企业。"
    assert reply.source.reading["sections"][0]["heading"] == "关于设站"


def test_saving_what_was_read_is_no_correction(world: World) -> None:
    item = read_one(world, page())
    saved = correct(world.committee_staff, item)
    assert (saved.version, saved.corrections) == (1, {})
    assert correct(world.committee_staff, item, number="022").version == 2
    assert correct(world.committee_staff, item, number="021").corrections == {}  # taken back


def test_two_people_at_one_page_lose_nothing(world: World) -> None:
    item = read_one(world, page())
    correct(world.committee_staff, item, 1, number="022")
    with pytest.raises(EditConflict) as conflict:
        correct(world.office_staff, item, 1, number="023")
    assert ("提案号：023" in conflict.value.mine, "提案号：022" in conflict.value.theirs) == (True, True)
    assert conflict.value.version == 2
    assert correct(world.office_staff, item, 2, number="023").corrections == {"number": "023"}


def test_a_page_corrected_meanwhile_is_not_stored_unseen(world: World) -> None:
    item = read_one(world, page())
    correct(world.office_staff, item, number="022")
    with pytest.raises(WrongStage, match="重新查看"):
        store_item(world.committee_staff, item=item, version=1)
    assert not Reply.objects.exists()


def test_only_staff_correct_and_store(world: World) -> None:
    item = read_one(world, page())
    for stranger in (world.sfj_clerk, world.minjian_contact, world.nobody):
        with pytest.raises(NotAllowed):
            correct(stranger, item, number="022")
        with pytest.raises(NotAllowed):
            store_item(stranger, item=item, version=1)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        (("(第021号)",), "number"),
        (("九届一次会议",), "term"),
        (("盘锦市司法局\n2022", "发文机关: 盘锦市司法局"), "bureau"),
    ],
)
def test_what_a_case_cannot_exist_without_is_asked_for_and_may_be_typed(
    world: World, texts: tuple[str, ...], field: str
) -> None:
    item = read_one(world, without("021", *texts))
    with pytest.raises(InvalidInput) as refused:
        stored(world, item)
    assert field in refused.value.errors
    correct(world.committee_staff, item, term="9", session_number="1", number="021", bureau="sfj")
    assert stored(world, item).proposal.session == world.session


def test_gaps_are_imported_as_gaps_and_said(world: World) -> None:
    lacking = (
        *("赵青禾委员:\n", "\n2022年8月16日", "发文字号: 盘司函〔2022〕21号 "),
        *("发布日期: 2022-12-06", "govssfj-2022-118021"),
    )
    item = read_one(world, without("021", *lacking))
    judged = judge([item])[0]
    assert judged.gaps == ["主送", "落款日期", "发文字号", "办理结果类别", "原件索引号", "原发布日期"]
    reply = stored(world, item)
    assert (reply.addressee, reply.signed_on, reply.document_number) == ("", None, "")
    assert not reply.proposal.proposers.exists()
    assert reply.source.reading["metadata"]["created_on"] == "2022-08-16"  # and not taken for the signature
    assert set(Event.objects.get(kind="import").data["gaps"]) == set(judged.gaps)
    confirmed = confirm_import(
        world.committee_staff, reply=reply, signed_on=date(2022, 8, 16), signed_by="盘锦市司法局"
    )
    assert confirmed.state == "confirmed"


def test_a_printed_index_number_stands_beside_our_own_which_is_never_the_same(world: World) -> None:
    publications = []
    for number in ("021", "022"):
        reply = stored(world, read_one(world, page(number, **{f"118{number}": "118000"})))
        confirm_import(world.committee_staff, reply=reply, signed_on=date(2022, 8, 16), signed_by="盘锦市司法局")
        publications.append(prepare_publication(world.sfj_clerk, reply=reply))
        assert reply.source.printed_index_number == "govssfj-2022-118000"
    first, second = publications
    assert first.original_index_number == second.original_index_number == "govssfj-2022-118000"
    assert (first.index_number, second.index_number) == ("govssfj-2022-000001", "govssfj-2022-000002")


def test_storing_twice_gives_the_same_reply(world: World) -> None:
    item = read_one(world, page())
    assert stored(world, item) == stored(world, item)
    assert (Reply.objects.count(), Proposal.objects.count()) == (1, 1)


def test_a_number_that_is_taken_is_told_and_can_be_put_right(world: World) -> None:
    first, second = read_all(upload(world, page(), page(园区="县区")))
    reply = stored(world, first)
    with pytest.raises(AlreadyHere, match="第021号提案已在平台中") as here:
        stored(world, second)
    assert (here.value.proposal_id, here.value.reply_id, set(here.value.errors)) == (
        reply.proposal_id,
        reply.pk,
        {"number"},
    )
    assert judge([second])[0].clash == reply.proposal
    correct(world.committee_staff, second, number="022")
    assert stored(world, second).proposal.number == "022"


def test_a_number_written_with_fewer_zeros_is_the_same_case(world: World) -> None:
    first, second, third = read_all(upload(world, page("021"), page("21"), page("0021", 园区="县区")))
    assert [one.rival for one in judge([first, second, third])] == [None, first, first]
    reply = stored(world, first)
    assert [one.clash for one in judge([second, third])] == [reply.proposal, reply.proposal]
    for other in (second, third):
        with pytest.raises(AlreadyHere, match="第021号提案已在平台中"):
            stored(world, other)
    assert Proposal.objects.count() == 1


def test_two_open_batches_with_one_number_warn_of_each_other_until_one_is_stored(world: World, client: Client) -> None:
    (first,) = read_all(upload(world, page("021")))
    (second,) = read_all(upload(world, page("21", 园区="县区")))
    (other,) = read_all(upload(world, page("022", 园区="乡镇")))
    assert [one.elsewhere for one in judge([first])] == [second]
    assert [one.elsewhere for one in judge([second])] == [first]
    assert [one.elsewhere for one in judge([other])] == [None]
    assert not judge([first])[0].is_sound
    client.force_login(world.committee_staff)
    for here, there in ((first, second), (second, first)):
        shown = client.get(reverse("import-batch", args=[here.batch_id])).content.decode()
        assert f'另一批（<a href="{reverse("import-batch", args=[there.batch_id])}">' in shown
        assert "可以存入" not in shown
        assert "另一批" in client.get(reverse("import-item", args=[here.pk])).content.decode()
    correct(world.committee_staff, second, number="023")
    assert [one.elsewhere for one in judge([first])] == [None]


def test_storing_all_takes_what_is_sound_and_leaves_the_rest(world: World) -> None:
    batch = upload(
        world,
        page("021"),
        page("022"),
        page("022", 园区="县区"),  # the same number twice: the first is stored
        without("023", "(第023号)"),  # lacks what a case needs
        without("024", "\n2022年8月16日"),  # wants a look
    )
    read_all(batch)
    done = store_sound(world.committee_staff, batch=batch)
    assert ([reply.proposal.number for reply in done.replies], done.refused) == (["021", "022"], {})
    assert store_sound(world.committee_staff, batch=batch).replies == []
    assert list(batch.items.order_by("position").values_list("state", flat=True)) == [
        *("stored", "stored"),
        *("read", "read", "read"),
    ]


def test_an_unregistered_bureau_can_be_chosen_once_it_is_registered(world: World) -> None:
    item = read_one(world, page(盘锦市司法局="盘锦市气象局"))
    assert "bureau" in judge([item])[0].missing
    Bureau.objects.create(name="盘锦市气象局", short_name="市气象局", code="qxj", kind="bureau", position=9)
    correct(world.committee_staff, item, bureau="qxj")
    assert stored(world, item).bureau.code == "qxj"


def test_a_value_no_column_holds_is_refused_at_its_field(world: World) -> None:
    item = read_one(world, page())
    correct(world.committee_staff, item, proposal_title="长" * 101)
    sessions = Session.objects.count()
    with pytest.raises(InvalidInput) as refused:
        stored(world, item)
    assert set(refused.value.errors) == {"proposal_title"}
    assert (Reply.objects.exists(), Session.objects.count()) == (False, sessions)


def race(work: list[tuple[User, ImportItem]]) -> list[str]:
    """Store the items at the same moment over connections of their own; gives what came of it, sorted."""
    start = Barrier(len(work))

    def store(user: User, item: ImportItem) -> str:
        start.wait(10)
        try:
            return f"reply {store_item(user, item=item, version=1).pk}"
        except PortalError as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return sorted(pool.map(lambda one: store(*one), work))


@pytest.mark.django_db(transaction=True)
def test_racing_batches_make_one_case_and_the_loser_says_so() -> None:
    world = build_world()
    people = (world.committee_staff, world.office_staff)
    same_file = [read_one(world, page(), actor=person) for person in people[:1]]
    # Uploaded at the same moment, so neither saw the other: a second row with the same bytes in a file of its own.
    twin = ImportItem.objects.get(pk=same_file[0].pk)
    other = read_one(world, page("025"), actor=people[1])
    copy = default_storage.save("import-uploads/copy.txt", ContentFile(page()))
    ImportItem.objects.filter(pk=other.pk).update(sha256=twin.sha256, file=copy, text=twin.text, reading=twin.reading)
    outcomes = race([(people[0], twin), (people[1], other)])
    reply = Reply.objects.get()
    assert outcomes == ["AlreadyHere", f"reply {reply.pk}"]
    assert (Proposal.objects.count(), ImportedSource.objects.count()) == (1, 1)
    loser = ImportItem.objects.exclude(state="stored").get()
    assert (loser.state, loser.reply, "已在" in loser.error) == ("duplicate", reply, True)
    # Two other files with the same number of the same session, and one pressed twice.
    world_items = [read_one(world, page("030")), read_one(world, page("030", 园区="县区"))]
    assert [word.split()[0] for word in race(list(zip(people, world_items, strict=True)))] == ["AlreadyHere", "reply"]
    once = read_one(world, page("040"))
    pressed = race([(people[0], once), (people[0], once)])
    assert pressed[0] == pressed[1]
    assert Proposal.objects.count() == 3
