"""The filing page: rows of asks, search for proposers, autosave, bad input. All of it works without a script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.models import Proposal, Session
from proposals.services.filing import save_draft
from tests.proposals.stages import content_for, draft, form_data, submitted
from tests.world import World


@pytest.fixture
def proposal(world: World, client: Client) -> Proposal:
    """A draft whose filer is signed in."""
    client.force_login(world.minjian_contact)
    return draft(world)


def edit_url(proposal: Proposal) -> str:
    return reverse("proposal-edit", args=[proposal.pk])


def asks_of(proposal: Proposal) -> list[str]:
    return list(proposal.asks.order_by("position").values_list("text", flat=True))


def test_rows_are_ordered_by_their_place_and_blank_or_removed_ones_do_not_count(
    client: Client, world: World, proposal: Proposal
) -> None:
    rows = {
        "asks-TOTAL_FORMS": 5,
        "asks-0-text": "丙",
        "asks-0-position": 3,
        "asks-1-text": "  ",
        "asks-2-text": "甲",
        "asks-2-position": 1,
        "asks-3-text": "丁",
        "asks-4-text": "去掉",
        "asks-4-position": 2,
        "asks-4-DELETE": "on",
    }
    client.post(edit_url(proposal), form_data(content_for(world, asks=()), 1, **rows))
    assert asks_of(proposal) == ["甲", "丙", "丁"]


def test_splitting_proposes_asks_saves_nothing_and_keeps_all_that_was_typed(
    client: Client, world: World, proposal: Proposal
) -> None:
    sent = content_for(world, title="改过的案由", suggestions="1. 修路。\n2. 架桥。", asks=("原有的一条",))
    answer = client.post(edit_url(proposal), form_data(sent, 1, do="split"))
    page = answer.content.decode()
    shown = [row["text"].value() for row in answer.context["rows"].forms]
    assert shown[:3] == ["修路。", "架桥。", "原有的一条"]
    assert "改过的案由" in page
    assert Proposal.objects.get().title != "改过的案由"
    assert " data-unsaved" in page
    assert " data-unsaved" not in client.get(edit_url(proposal)).content.decode()


def test_proposers_are_found_by_the_button_and_by_the_script(client: Client, world: World, proposal: Proposal) -> None:
    sent = form_data(content_for(world), 1, do="find", find="赵青")
    by_button = client.post(edit_url(proposal), sent).content.decode()
    by_script = client.get(f"{reverse('proposer-search')}?find=赵青&proposers={world.minjian.pk}").content.decode()
    for page in (by_button, by_script):
        assert f'value="{world.minjian.pk}"' in page
        assert f'value="{world.member.pk}"' in page
        assert "孙望潮" not in page
        assert "0427-0000002" not in page


def test_the_search_is_not_for_bureaus(client: Client, world: World) -> None:
    client.force_login(world.sfj_clerk)
    assert client.get(reverse("proposer-search"), {"find": "赵"}).status_code == 403


def test_the_marked_proposer_comes_first(client: Client, world: World, proposal: Proposal) -> None:
    ids = [world.minjian.pk, world.member.pk]
    client.post(edit_url(proposal), form_data(content_for(world), 1, proposers=ids, proposers_first=world.member.pk))
    first = proposal.proposal_proposers.get(position=1)
    assert first.proposer == world.member


def test_autosave_tells_version_and_time(client: Client, world: World, proposal: Proposal) -> None:
    url = reverse("proposal-autosave", args=[proposal.pk])
    answer = client.post(url, form_data(content_for(world, analysis="新的分析"), 1))
    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert set(answer.json()) == {"version", "saved_at"}
    assert Proposal.objects.get().analysis == "新的分析"


def test_autosave_over_somebody_elses_text_gives_both(client: Client, world: World) -> None:
    proposal = draft(world, by=world.committee_staff)
    save_draft(world.committee_colleague, proposal=proposal, content=content_for(world, analysis="同事的"), version=1)
    client.force_login(world.committee_staff)
    url = reverse("proposal-autosave", args=[proposal.pk])
    answer = client.post(url, form_data(content_for(world, analysis="我的"), 1))
    told = answer.json()
    assert answer.status_code == 409
    assert "我的" in told["mine"]
    assert "同事的" in told["theirs"]
    assert (told["version"], told["conflict_url"]) == (2, edit_url(proposal))


def test_autosave_without_login_out_of_turn_by_a_stranger_and_with_bad_input(client: Client, world: World) -> None:
    proposal = draft(world)
    url = reverse("proposal-autosave", args=[proposal.pk])
    sent = form_data(content_for(world), 1)
    assert client.post(url, sent).status_code == 401
    client.force_login(world.other_member_user)
    assert client.post(url, sent).status_code == 404
    client.force_login(world.minjian_contact)
    assert client.get(url).status_code == 405
    bad = client.post(url, {**sent, "title": ""})
    assert bad.status_code == 400
    assert "title" in bad.json()["errors"]
    handed_in = submitted(world)
    assert client.post(reverse("proposal-autosave", args=[handed_in.pk]), sent).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "案" * 101),
        ("title", "有控制符\x07的案由"),
        ("background", "背" * 20_001),
        ("analysis", "空字符\x00在此"),
        ("suggestions", "反向\u202e显示"),
        ("publicity_reason", "理" * 21),
        ("kind", "yearly"),
        ("session", "999999"),
        ("topic", "abc"),
        ("proposers", ["999999"]),
        ("proposers", ["x"]),
        ("proposers", ["9" * 30]),
        ("suggested_bureaus", ["0"]),
        ("suggested_bureaus", ["9" * 30]),
        ("session", "9" * 30),
        ("version", "x"),
        ("version", "9" * 30),
    ],
)
def test_bad_input_is_shown_at_its_field_and_nothing_is_lost(
    client: Client, world: World, proposal: Proposal, field: str, value: object
) -> None:
    sent = form_data(content_for(world, asks=("留着的一条",)), 1) | {field: value}
    answer = client.post(edit_url(proposal), sent)
    assert answer.status_code == 400
    assert field in answer.context["form"].errors
    assert "留着的一条" in answer.content.decode()
    assert Proposal.objects.get().version == 1


@pytest.mark.parametrize("text", ["条" * 2001, "控制\x1b符"])
def test_a_bad_ask_is_shown_at_its_row(client: Client, world: World, proposal: Proposal, text: str) -> None:
    sent = form_data(content_for(world, asks=("好的一条", text)), 1)
    answer = client.post(edit_url(proposal), sent)
    assert answer.status_code == 400
    assert "text" in answer.context["rows"].errors[1]


def test_more_than_thirty_asks_are_refused(client: Client, world: World, proposal: Proposal) -> None:
    sent = form_data(content_for(world, asks=tuple(f"第{n}条" for n in range(31))), 1)
    answer = client.post(edit_url(proposal), sent)
    assert answer.status_code == 400
    assert answer.context["rows"].non_form_errors()


def test_a_form_without_its_rows_is_refused_not_crashed(client: Client, world: World, proposal: Proposal) -> None:
    sent = {k: v for k, v in form_data(content_for(world), 1).items() if not k.startswith("asks")}
    assert client.post(edit_url(proposal), sent).status_code == 400


def test_html_is_just_text(client: Client, world: World, proposal: Proposal) -> None:
    script = "<script>alert(1)</script>&amp;"
    fields = dict.fromkeys(("title", "background", "analysis", "suggestions"), script)
    client.post(edit_url(proposal), form_data(content_for(world, **fields, asks=(script,)), 1))
    assert asks_of(proposal) == [script]
    page = client.get(edit_url(proposal)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in page


def test_refused_publicity_needs_its_reason_before_handing_in(client: Client, world: World, proposal: Proposal) -> None:
    sent = content_for(world, publicity_consent=False)
    answer = client.post(edit_url(proposal), form_data(sent, 1, do="submit"))
    assert "publicity_reason" in answer.context["form"].errors
    assert Proposal.objects.get().publicity_consent is False  # saved as a draft all the same


def test_a_bad_file_with_a_draft_is_not_spoken_of_as_handing_in(
    client: Client, world: World, proposal: Proposal
) -> None:
    sent = form_data(content_for(world, analysis="没有存下的分析"), 1, do="save")
    page = client.post(edit_url(proposal), {**sent, "attachments": SimpleUploadedFile("a.exe", b"MZ")})
    assert page.status_code == 400
    assert "有内容需要更正，尚未保存" in page.content.decode()
    bare = form_data(content_for(world, asks=()), 1, do="submit")
    assert "有内容需要更正，尚未提交" in client.post(edit_url(proposal), bare).content.decode()


def test_after_the_last_day_of_its_session_a_proposal_begins_as_an_interim_one(client: Client, world: World) -> None:
    client.force_login(world.minjian_contact)
    for last, kind in ((today(), "session"), (today() - timedelta(days=1), "interim")):
        Session.objects.update(filing_cutoff=last)
        assert client.get(reverse("proposal-new")).context["form"]["kind"].value() == kind
