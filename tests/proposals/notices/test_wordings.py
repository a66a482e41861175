"""What notices say is the city's to word; a broken wording loses no notice."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from proposals.models import Event, Notice, NoticeTemplate
from proposals.notice_kinds import KINDS, BrokenWording, NoticeKind, fill
from proposals.services import notice_wording
from proposals.services.notice_wording import in_words, say
from tests.architecture.source import modules
from tests.proposals.stages import assigned, registered
from tests.world import World


@pytest.fixture
def read_anew(default_wordings: None) -> None:
    """The words of a process that has not read them yet."""
    notice_wording.kept.forget()


def worded(kind: str, **words: str) -> None:
    NoticeTemplate.objects.filter(kind=kind).update(**words)
    notice_wording.kept.forget()


def test_every_kind_has_its_row_with_the_default_words(world: World) -> None:
    rows = {row.kind: (row.subject, row.body) for row in NoticeTemplate.objects.all()}

    assert rows == {kind.code: (kind.label, kind.body) for kind in KINDS.values()}
    assert all(not kind.fault(kind.body) and not kind.fault(kind.label, is_subject=True) for kind in KINDS.values())


def test_a_step_speaks_in_the_words_of_the_city(world: World, read_anew: None) -> None:
    worded("assigned", subject="新提案{提案号}", body="请尽快签收《{案由}》（{提案}）")

    lead, _ = assigned(world)

    notice = Notice.objects.get(recipient=world.gaj_clerk, kind="assigned")
    assert notice.text == f"请尽快签收《{lead.proposal.title}》（{lead.proposal}）"
    assert (notice.subject, notice.case) == (f"新提案{lead.proposal.label}", lead.proposal)


@pytest.mark.parametrize(
    "body", ["已交办{提案", "已交办{单位}", "{0}", "{提案.title}", "{提案!r}", "{提案:>9}", "   ", "{内容}：{提案}"]
)
def test_a_row_that_cannot_be_filled_falls_back_to_the_default(world: World, read_anew: None, body: str) -> None:
    worded("assigned", body=body)

    lead, _ = assigned(world)

    notices = Notice.objects.filter(kind="assigned")
    assert {notice.text for notice in notices} == {f"提案已交办，请签收：{lead.proposal}"}
    assert notices.count() == 3


def test_a_step_that_forgets_a_value_still_tells_people(world: World) -> None:
    proposal = registered(world)

    assert in_words(say("rejected", proposal)).text == f"提案不予立案：{proposal}"


def test_a_value_with_braces_stays_as_it_is_typed(world: World) -> None:
    proposal = registered(world)

    assert in_words(say("rejected", proposal, reason="见{附件}\n第2页")).text.startswith(
        "提案不予立案（见{附件} 第2页）"
    )


def test_words_are_read_once_a_minute_at_most(world: World, read_anew: None, django_assert_num_queries: Any) -> None:
    proposal = registered(world)
    notice_wording.kept.forget()

    with django_assert_num_queries(1):
        for _ in range(20):
            in_words(say("assigned", proposal))


def test_fill_refuses_what_nobody_fills() -> None:
    with pytest.raises(BrokenWording):
        fill("{提案}", {})
    assert fill("{{提案}}{提案}", {"提案": "甲"}) == "{提案}甲"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("提案不予立案：{案由}", "缺少“{理由}”"),
        ("不予立案{理由}{案由}{单位}", "没有“{单位}”这一项，这类通知可以用：{理由}、{案由}、{提案}、{提案号}。"),
        ("不予立案{理由}{案由", "花括号不成对"),
        ("不予立案{理由}{案由!r}", "花括号里只写名称"),
        ("不予立案{理由}\n{案由}", "只能写一行"),
    ],
)
def test_a_wording_is_refused_with_a_reason(body: str, fault: str) -> None:
    assert fault in KINDS["rejected"].fault(body)


def test_a_subject_need_not_name_everything() -> None:
    assert KINDS["rejected"].fault("您的提案有结果了", is_subject=True) == ""
    assert "没有“{单位}”" in KINDS["rejected"].fault("{单位}", is_subject=True)


def change_page(kind: str) -> str:
    return reverse("admin:proposals_noticetemplate_change", args=[NoticeTemplate.objects.get(kind=kind).pk])


@pytest.mark.django_db(transaction=True)
def test_the_administrator_words_a_notice(world: World, client: Client, read_anew: None) -> None:
    client.force_login(world.admin)
    in_words(say("import_read"))  # this process has read the rows

    refused = client.post(change_page("assigned"), {"subject": "交办", "body": "请签收{单位}"})
    assert "没有“{单位}”这一项" in refused.content.decode()
    assert "必须写上：{提案}" in refused.content.decode()

    taken = client.post(change_page("assigned"), {"subject": "交办{提案号}", "body": "请签收：{提案}！"}, follow=True)
    assert "新的用语在一分钟内" in taken.content.decode()

    proposal = registered(world)
    assert in_words(say("assigned", proposal)).text == f"请签收：{proposal}！"
    assert Event.objects.filter(proposal=None).latest("number").text.count("请签收：{提案}！") == 1


def calls_of(names: set[str]) -> list[tuple[str, ast.Call]]:
    """Calls of the functions that tell people something, in services."""
    found = []
    for module in modules():
        if ".services." not in module.name:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                found.append((f"{module.path}:{node.lineno}", node))
    return found


def test_no_step_tells_people_a_plain_sentence() -> None:
    """A sentence in the code could not be worded by the city: every step says one of ``KINDS``."""
    plain = [
        place
        for place, call in calls_of({"notify", "Telling", "Message", "tell_next"})
        for argument in (*call.args, *(word.value for word in call.keywords if word.arg == "text"))
        if isinstance(argument, ast.JoinedStr)
        or (isinstance(argument, ast.Constant) and isinstance(argument.value, str) and not argument.value.isascii())
    ]

    assert plain == []


def test_every_kind_is_said_somewhere_and_none_other() -> None:
    said = {
        node.value
        for module in modules()
        if ".services." in module.name
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    first = {
        call.args[0].value for _, call in calls_of({"say"}) if call.args and isinstance(call.args[0], ast.Constant)
    }

    assert set(KINDS) - said == set()
    assert first - set(KINDS) == set()


def test_a_kind_registered_twice_must_be_the_same() -> None:
    from proposals.notice_kinds import register

    register([KINDS["assigned"]])
    with pytest.raises(ValueError, match="assigned"):
        register([NoticeKind("assigned", "x", "y", "z")])
