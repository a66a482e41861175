"""An imported page becomes a case of its own stage: nothing lost, nothing pretended, nothing twice."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from panjin_portal.lib import clock
from panjin_portal.lib.clock import today
from proposals.errors import InvalidInput, NotAllowed, WrongStage
from proposals.models import Deadline, Event, Proposal, Proposer, Session, User
from replies.documents.letter import digest, from_dict, plain_text, to_dict
from replies.documents.pdf import Pdf
from replies.documents.punctuation import full_width
from replies.models import ImportedSource, Publication, Reply
from replies.services.importing import confirm_import, import_reply
from replies.services.issuing import issue_reply, revise_reply
from replies.services.letters import letter_of
from replies.services.metadata import metadata_of
from replies.services.publishing import prepare_publication, save_metadata, start_release
from replies.services.release import pass_release
from replies.services.rendering import queue_letter, render_document
from replies.services.storing import read_verified
from replies.structure.reading import read_reply
from tests.documents.samples import printed_text
from tests.world import World

PAGE = """当前位置: 首页 > 政务公开 > 建议提案 > 市政协提案答复 > 2022年
索 引 号: | govssfj-2022-118100 | 主题分类: | 2022年 |
发文机关: | 盘锦市政府 | 成文日期: | |
标 题: | 对市政协九届一次会议关于完善法律服务站的建议(第021号)提案的答复 | ||
发文字号: | 发布日期: | 2022-12-06 | |
主 题 词: |
对市政协九届一次会议关于完善法律服务站的建议(第021号)提案的答复
赵青禾委员:
您提出的关于完善法律服务站的提案已收悉,现答复如下:
收到提案后,市司法局联合市公安局到三个园区走了一遍。
一、关于设站
1.把站点设进园区。四个园区都有了服务站。
2.把时间公布出来。每周二有律师值班。
二、关于宣传
宣传单已经发到每家企业。
感谢您对法律服务工作的关心。
盘锦市司法局
2022年8月16日
"""


def raw() -> bytes:
    return PAGE.encode()


def brought_in(world: World, actor: User | None = None) -> Reply:
    return import_reply(actor or world.committee_staff, file_name="021.txt", raw=raw())


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_an_import_makes_a_case_with_source_and_without_a_workflow(world: World) -> None:
    reply = brought_in(world)
    proposal = reply.proposal
    assert (proposal.state, proposal.source, proposal.number) == ("imported", "imported", "021")
    assert (proposal.session, list(proposal.proposers.all())) == (world.session, [world.member])
    assert (reply.state, reply.bureau, reply.assignment) == ("imported", world.sfj, None)
    assert (reply.signed_on, reply.signer_names) == (date(2022, 8, 16), "盘锦市司法局")
    source = reply.source
    assert (source.imported_by, source.file_name, source.text) == (world.committee_staff, "021.txt", PAGE)
    assert read_verified(source.file, source.sha256) == raw()
    assert not Deadline.objects.exists()
    assert not proposal.assignments.exists()
    assert Event.objects.get().kind == "import"


def test_a_command_imports_without_a_person_and_the_case_belongs_to_an_account_nobody_can_use(world: World) -> None:
    reply = import_reply(None, file_name="021.txt", raw=raw())
    owner = reply.proposal.created_by
    assert (owner.is_active, owner.has_usable_password(), reply.source.imported_by) == (False, False, None)


def test_an_unknown_session_and_proposer_are_entered(world: World) -> None:
    data = PAGE.replace("九届一次", "八届五次").replace("赵青禾委员", "民盟盘锦市委员会").encode()
    reply = import_reply(world.office_staff, file_name="x.txt", raw=data)
    session = Session.objects.get(term=8, number=5)
    assert (reply.proposal.session, session.is_open, session.name) == (session, False, "八届五次会议")
    proposer = Proposer.objects.get(name="民盟盘锦市委员会")
    assert proposer.kind == "party"


def test_the_refusal_of_the_same_file_names_the_day_in_shanghai(world: World) -> None:
    with clock.at(datetime(2026, 3, 2, 5, 30, tzinfo=clock.SHANGHAI)):  # still 1 March in UTC
        brought_in(world)
    with pytest.raises(InvalidInput, match="2026年3月2日导入过"):
        brought_in(world)


def test_the_same_file_and_the_same_number_are_refused_clearly(world: World) -> None:
    brought_in(world)
    with pytest.raises(InvalidInput, match="同一份文件"):
        brought_in(world)
    with pytest.raises(InvalidInput, match="第021号提案已在平台中"):
        import_reply(world.committee_staff, file_name="y.txt", raw=PAGE.replace("走了一遍", "走了两遍").encode())
    assert (Proposal.objects.count(), Reply.objects.count(), ImportedSource.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        ("今天天气很好。".encode(), "不是一份答复"),
        (b"x" * (2 * 1024 * 1024 + 1), "2 MB"),
        (PAGE.replace("(第021号)", "").encode(), "提案号"),
        (PAGE.replace("九届一次会议", "").encode(), "届次"),
        (PAGE.replace("司法局", "气象局").replace("govssfj", "govsqxj").encode(), "没有登记"),
    ],
)
def test_what_cannot_become_a_case_is_refused_and_nothing_is_half_saved(world: World, data: bytes, words: str) -> None:
    sessions = Session.objects.count()
    with pytest.raises(InvalidInput) as refused:
        import_reply(world.committee_staff, file_name="x.txt", raw=data)
    assert words in refused.value.errors["file"][0]
    assert (Proposal.objects.count(), Reply.objects.count(), Session.objects.count()) == (0, 0, sessions)


def test_only_staff_of_the_two_offices_import_and_confirm(world: World) -> None:
    for stranger in (world.sfj_clerk, world.minjian_contact, world.nobody):
        with pytest.raises(NotAllowed):
            import_reply(stranger, file_name="x.txt", raw=raw())
    reply = brought_in(world)
    with pytest.raises(NotAllowed):
        confirm_import(world.sfj_clerk, reply=reply, signed_on=date(2022, 8, 16), signed_by="盘锦市司法局")


def test_a_heading_longer_than_its_column_becomes_a_paragraph(world: World) -> None:
    long = "很长的标题" * 60
    reply = import_reply(
        world.committee_staff, file_name="x.txt", raw=PAGE.replace("一、关于设站", f"一、{long}").encode()
    )
    stored = "".join(section.heading + section.body for section in reply.sections.all())
    assert long in squeezed(stored)


def test_confirming_records_who_signed_outside_and_queues_the_letter(world: World) -> None:
    reply = confirm_import(
        world.office_staff, reply=brought_in(world), signed_on=date(2022, 8, 16), signed_by="盘锦市司法局"
    )
    event = Event.objects.get(kind="confirm_import")
    assert "2022年8月16日由盘锦市司法局在平台外签发" in event.text
    assert (reply.state, reply.source.__class__.objects.get().confirmed_by) == ("confirmed", world.office_staff)
    assert (reply.signed_by, reply.documents.get().state) == (None, "queued")
    with pytest.raises(WrongStage):
        confirm_import(world.office_staff, reply=reply, signed_on=date(2022, 8, 16), signed_by="x")


def test_a_wrong_signature_is_refused_at_its_field(world: World) -> None:
    reply = brought_in(world)
    for day, body, field in (
        (None, "盘锦市司法局", "signed_on"),
        (today() + timedelta(days=1), "盘锦市司法局", "signed_on"),
        (date(2022, 8, 16), " 、", "signed_by"),
    ):
        with pytest.raises(InvalidInput) as refused:
            confirm_import(world.office_staff, reply=reply, signed_on=day, signed_by=body)
        assert set(refused.value.errors) == {field}


def published_import(world: World, reply: Reply) -> Publication:
    confirmed = confirm_import(world.office_staff, reply=reply, signed_on=reply.signed_on, signed_by=reply.signer_names)
    publication = prepare_publication(world.sfj_clerk, reply=confirmed)
    metadata = replace(metadata_of(publication), missing=frozenset({"document_number"}))
    save_metadata(world.sfj_clerk, publication=publication, metadata=metadata, version=publication.version)
    publication = start_release(world.sfj_clerk, publication=publication, harmless={})
    assert render_document(publication.documents.get().pk)
    for person in (world.sfj_clerk, world.sfj_reviewer, world.sfj_leader):
        publication = pass_release(person, publication=publication)
    return publication


def test_an_import_is_published_through_the_same_chain_with_its_own_number_and_day(world: World) -> None:
    publication = published_import(world, brought_in(world))
    assert (publication.index_number, publication.published_on) == ("govssfj-2022-000001", date(2022, 12, 6))
    assert publication.original_index_number == "govssfj-2022-118100"
    assert (publication.created_on, publication.issuing_body) == (date(2022, 8, 16), "盘锦市政府")
    assert publication.published_at is not None
    assert publication.published_at.date() != publication.published_on
    source = Client().get(reverse("public-page", args=[publication.index_number])).content.decode()
    assert "原件无" in source
    assert "2022年" in source


def test_a_revision_starts_from_the_imported_text_and_leaves_the_original_alone(world: World) -> None:
    reply = confirm_import(
        world.office_staff, reply=brought_in(world), signed_on=date(2022, 8, 16), signed_by="盘锦市司法局"
    )
    with pytest.raises(NotAllowed):
        revise_reply(world.gaj_clerk, reply=reply)
    draft = revise_reply(world.sfj_clerk, reply=reply)
    assert (draft.state, draft.replaces, draft.assignment, draft.signed_on) == ("drafting", reply, None, None)
    assert draft.sections.filter(heading="关于设站").exists()
    with pytest.raises(WrongStage):
        revise_reply(world.sfj_clerk, reply=reply)
    reply.refresh_from_db()
    assert reply.state == "confirmed"


def test_the_issued_revision_supersedes_the_import_and_its_publication_replaces_the_old_one(world: World) -> None:
    old = published_import(world, brought_in(world))
    draft = revise_reply(world.sfj_clerk, reply=old.reply)
    text = replace(letter_of(draft), number="盘司函〔2022〕9号", signed_on=date(2022, 9, 1))
    Reply.objects.filter(pk=draft.pk).update(
        state="signed",
        document_number=text.number,
        signed_on=text.signed_on,
        signed_letter=to_dict(text),
        signed_digest=digest(text),
    )
    draft.refresh_from_db()
    render_document(queue_letter(draft).pk)
    issued = issue_reply(world.sfj_clerk, reply=draft)
    old.reply.refresh_from_db()
    assert (issued.state, old.reply.state, Deadline.objects.count()) == ("issued", "superseded", 0)
    issued.proposal.refresh_from_db()
    assert issued.proposal.state == "imported"
    assert Client().get(reverse("public-page", args=[old.index_number])).status_code == 200
    publication = prepare_publication(world.sfj_clerk, reply=issued)
    metadata = replace(metadata_of(publication), topic_class="政治建设")
    save_metadata(world.sfj_clerk, publication=publication, metadata=metadata, version=publication.version)
    publication = start_release(world.sfj_clerk, publication=publication, harmless={})
    render_document(publication.documents.get().pk)
    for person in (world.sfj_clerk, world.sfj_reviewer, world.sfj_leader):
        publication = pass_release(person, publication=publication)
    gone = Client().get(reverse("public-page", args=[old.index_number]))
    assert gone.status_code == 410
    assert publication.index_number in gone.content.decode()


def test_the_check_page_takes_the_signature_from_staff_and_refuses_others_by_address(world: World) -> None:
    client = Client()
    client.force_login(world.committee_staff)
    reply = brought_in(world)
    confirm = reverse("import-confirm", args=[reply.pk])
    page = client.get(confirm).content.decode()
    assert "把站点设进园区" in page
    assert 'value="2022-08-16"' in page
    assert client.post(confirm, {"signed_on": "2022-13-01", "signed_by": "x"}).status_code == 400
    source = client.get(reverse("import-source", args=[reply.pk]))
    assert source.content == raw()
    assert source["Content-Disposition"].startswith("attachment")
    clerk = Client()
    clerk.force_login(world.sfj_clerk)
    assert clerk.get(reverse("import-new")).status_code == 403
    assert clerk.post(confirm, {"signed_on": "2022-08-16", "signed_by": "盘锦市司法局"}).status_code == 403
    stranger = Client()
    stranger.force_login(world.gaj_clerk)
    assert stranger.get(confirm).status_code == 404
    assert client.post(confirm, {"signed_on": "2022-08-16", "signed_by": "盘锦市司法局"}).status_code == 302
    assert client.post(confirm, {"signed_on": "2022-08-16", "signed_by": "盘锦市司法局"}).status_code == 409
    revise = reverse("reply-revise", args=[reply.pk])
    assert client.post(revise).status_code == 403
    assert clerk.get(revise).status_code == 200
    assert clerk.post(revise).status_code == 302
    assert clerk.post(revise).status_code == 409


@pytest.mark.real_reply
def test_the_real_reply_goes_all_the_way_with_every_word(world: World, real_reply: Path, real_typesetter: None) -> None:
    reply = import_reply(world.committee_staff, file_name=real_reply.name, raw=real_reply.read_bytes())
    assert list(reply.proposal.proposers.all()) == [world.minjian]
    publication = published_import(world, reply)
    body = squeezed(full_width(read_reply(real_reply.read_text(encoding="utf-8")).body_text()))
    assert body in squeezed(full_width(plain_text(from_dict(publication.letter or {}))))
    letter = reply.documents.get(publication=None)
    assert render_document(letter.pk)
    for document in (letter, publication.documents.get()):
        document.refresh_from_db()
        content = read_verified(document.file, document.sha256)
        assert body in squeezed(printed_text(Pdf(content=content, pages=document.pages, engine="")))
    page = Client().get(reverse("public-page", args=[publication.index_number])).content.decode()
    assert body in squeezed(full_width(html.unescape(re.sub(r"<[^>]+>", "", page))))
    assert page.count("<h2>") == 4
    assert page.count('class="lead-in"') == 16


def test_the_bureaus_own_people_see_an_imported_reply(world: World) -> None:
    reply = brought_in(world)
    client = Client()
    client.force_login(world.sfj_reviewer)
    assert client.get(reverse("import-confirm", args=[reply.pk])).status_code == 200
