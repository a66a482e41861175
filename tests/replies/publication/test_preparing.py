"""Preparing a publication: eight metadata, an index number for ever, and no personal data unexplained."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from panjin_portal.lib.clock import today
from proposals.errors import EditConflict, InvalidInput, NotAllowed, WrongStage
from proposals.models import Event, Notice, Topic
from replies.documents.letter import digest, from_dict, public_copy
from replies.models import Publication, ReleaseStep, RenderedDocument, Reply
from replies.services.metadata import LABELS, metadata_of
from replies.services.publishing import findings, prepare_publication, save_metadata, start_release
from replies.services.release import pass_release, unpublish
from replies.views.metadata_rows import metadata_rows
from tests.replies.cases import PHONE, SIGNED_ON, TITLE, issued_reply, published, signed_reply
from tests.world import World


def filled(world: World, reply: Reply) -> Publication:
    publication = prepare_publication(world.sfj_clerk, reply=reply)
    metadata = replace(metadata_of(publication), topic_class="政治建设")
    return save_metadata(world.sfj_clerk, publication=publication, metadata=metadata, version=publication.version)


def test_metadata_are_taken_from_the_signed_letter_and_keywords_proposed(world: World) -> None:
    reply = issued_reply(world)
    topic = Topic.objects.get(name="营商环境")
    reply.proposal.topic = topic
    reply.proposal.save(update_fields=["topic"])
    publication = prepare_publication(world.sfj_clerk, reply=reply)
    assert publication.index_number == "govssfj-2022-000001"
    assert (publication.title, publication.issuing_body) == (TITLE, "盘锦市司法局")
    assert (publication.created_on, publication.document_number) == (SIGNED_ON, "盘司函〔2022〕5号")
    assert publication.topic_class == "经济建设 / 营商环境"
    assert publication.keywords.split()[0] == "营商环境"
    assert [row["label"] for row in metadata_rows(publication)] == list(LABELS.values())


def test_preparing_again_goes_on_with_the_same_publication(world: World) -> None:
    reply = issued_reply(world)
    first = prepare_publication(world.sfj_clerk, reply=reply)
    assert prepare_publication(world.sfj_clerk_colleague, reply=reply).pk == first.pk
    assert Event.objects.filter(kind="prepare_publication").count() == 1


def test_index_numbers_count_up_and_are_never_given_twice(world: World) -> None:
    first = published(world)
    second = prepare_publication(world.sfj_clerk, reply=issued_reply(world, value="006"))
    assert second.index_number == "govssfj-2022-000002"
    unpublish(world.sfj_leader, publication=first, reason="内容需要更正")
    again = prepare_publication(world.sfj_clerk, reply=first.reply)
    assert again.index_number == "govssfj-2022-000003"


def test_only_the_clerk_of_the_bureau_prepares_and_only_after_issue(world: World) -> None:
    reply = signed_reply(world)
    with pytest.raises(WrongStage):
        prepare_publication(world.sfj_clerk, reply=reply)
    Reply.objects.update(state="issued")
    for stranger in (world.gaj_clerk, world.sfj_reviewer, world.office_staff, world.minjian_contact):
        with pytest.raises(NotAllowed):
            prepare_publication(stranger, reply=reply)


def test_an_old_version_of_the_metadata_does_not_overwrite_a_newer_one(world: World) -> None:
    publication = filled(world, issued_reply(world))
    mine = replace(metadata_of(publication), keywords="我的 词")
    with pytest.raises(EditConflict) as conflict:
        save_metadata(world.sfj_clerk_colleague, publication=publication, metadata=mine, version=1)
    assert "我的 词" in conflict.value.mine
    assert conflict.value.version == publication.version


def test_gaps_are_stored_while_preparing_but_stop_the_release(world: World) -> None:
    publication = prepare_publication(world.sfj_clerk, reply=issued_reply(world))
    blank = replace(metadata_of(publication), keywords="", created_on=None, topic_class="")
    save_metadata(world.sfj_clerk, publication=publication, metadata=blank, version=1)
    with pytest.raises(InvalidInput) as refused:
        start_release(world.sfj_clerk, publication=publication, harmless={})
    assert set(refused.value.errors) == {"keywords", "created_on", "topic_class"}


def test_wrong_metadata_are_refused_at_their_field(world: World) -> None:
    publication = prepare_publication(world.sfj_clerk, reply=issued_reply(world))
    wrong = replace(
        metadata_of(publication),
        title=" ",
        keywords="字" * 121,
        created_on=today() + timedelta(days=1),
        issuing_body="a\x07",
        document_number="",
        missing=frozenset({"document_number"}),
    )
    with pytest.raises(InvalidInput) as refused:
        save_metadata(world.sfj_clerk, publication=publication, metadata=wrong, version=1)
    assert set(refused.value.errors) == {"title", "keywords", "created_on", "issuing_body", "document_number"}


def test_starting_freezes_exactly_the_signed_text_without_contact_and_copies(world: World) -> None:
    reply = issued_reply(world)
    publication = start_release(world.sfj_clerk, publication=filled(world, reply), harmless={})
    signed = from_dict(reply.signed_letter or {})
    public = from_dict(publication.letter or {})
    assert public == public_copy(signed)
    assert (public.contact_person, public.contact_phone, public.copies) == ("", "", ())
    assert (public.addressee, public.opening, public.body, public.signers, public.signed_on) == (
        signed.addressee,
        signed.opening,
        signed.body,
        signed.signers,
        signed.signed_on,
    )
    assert publication.letter_digest == digest(public)
    assert RenderedDocument.objects.get(publication=publication).letter_digest == digest(public)
    assert Notice.objects.filter(recipient=world.sfj_clerk_colleague, text__contains="初审").exists()


def test_personal_data_stop_the_release_until_each_place_is_explained(world: World) -> None:
    publication = filled(world, issued_reply(world, extra=f"企业可以拨打{PHONE}找法律服务站。"))
    (hit,) = findings(publication)
    assert (hit.kind, hit.text) == ("mobile", PHONE)
    for harmless in ({}, {hit.key: "  "}, {"0" * 16: "服务热线"}, {hit.key: f"号码{PHONE}是热线"}):
        with pytest.raises(InvalidInput) as refused:
            start_release(world.sfj_clerk, publication=publication, harmless=harmless)
        assert f"harmless_{hit.key}" in refused.value.errors
    started = start_release(world.sfj_clerk, publication=publication, harmless={hit.key: "这是对外公布的服务热线"})
    event = Event.objects.get(kind="start_release")
    assert started.state == "releasing"
    assert event.data["personal_data"] == {"mobile": 1}
    assert PHONE not in str(event.data) + event.text


def test_a_signed_text_that_was_altered_is_never_published(world: World) -> None:
    reply = issued_reply(world)
    publication = filled(world, reply)
    Reply.objects.update(signed_letter={**(reply.signed_letter or {}), "title": "改过的标题"})
    with pytest.raises(WrongStage, match="摘要不一致"):
        start_release(world.sfj_clerk, publication=publication, harmless={})


def test_without_a_chain_nothing_is_released(world: World) -> None:
    publication = filled(world, issued_reply(world))
    ReleaseStep.objects.update(is_active=False)
    with pytest.raises(WrongStage, match="审查环节"):
        start_release(world.sfj_clerk, publication=publication, harmless={})


def test_metadata_are_fixed_once_the_release_runs(world: World) -> None:
    publication = start_release(world.sfj_clerk, publication=filled(world, issued_reply(world)), harmless={})
    with pytest.raises(WrongStage):
        save_metadata(
            world.sfj_clerk,
            publication=publication,
            metadata=replace(metadata_of(publication), created_on=date(2022, 1, 1)),
            version=publication.version,
        )
    with pytest.raises(WrongStage):
        start_release(world.sfj_clerk, publication=publication, harmless={})
    assert pass_release(world.sfj_clerk, publication=publication).state == "releasing"
