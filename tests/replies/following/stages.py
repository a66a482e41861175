"""Cases of the running example carried past their answer. All sentences are invented."""

from __future__ import annotations

from dataclasses import replace

from proposals.models import ResultClass
from replies.demo.script import Entry
from replies.models import Promise, Redo, Reply
from replies.services.clearance import pass_review, send_to_review
from replies.services.feedback import Rating, rate_reply
from replies.services.issuing import issue_reply
from replies.services.redo import start_redo
from replies.services.rendering import render_document
from replies.services.signing import sign_reply
from tests.factories import SCRIPT, Stage, case_in
from tests.world import World

PROMISING = replace(
    SCRIPT,
    result="B",
    matrix=(
        Entry(1, "A", "计划已公布。"),
        Entry(2, "B", "正在推进。", "年内把联合检查扩大到全部园区", 6),
        Entry(3, "B", "四个园区已设站。", "再设两个法律服务站", phase="明年上半年", bureau="gaj"),
    ),
)
WAITING = replace(
    SCRIPT,
    result="C",
    matrix=(Entry(1, "A"), Entry(2, "A"), Entry(3, "C", reason="编制受限，暂不能增设。")),
)
BAD = Rating("fairly", "dissatisfied", "第二条没有答复到。")


def promised(world: World) -> list[Promise]:
    """The ledger of an issued reply with two promises: one of 司法局 with a day, one of 公安局 with a phase."""
    case_in(world, Stage.ISSUED, script=PROMISING)
    return list(Promise.objects.order_by("id"))


def disappointed(world: World) -> Redo:
    """An issued reply that 民建 is not content with."""
    case = case_in(world, Stage.ISSUED, helpers=False)
    rate_reply(world.minjian_contact, reply=case.reply, rating=BAD)
    return Redo.objects.get(reply=case.reply)


def answered_again(world: World, redo: Redo) -> Reply:
    """The next answer, cleared, signed and issued."""
    draft = start_redo(world.sfj_clerk, redo=redo)
    send_to_review(world.sfj_clerk, reply=draft)
    pass_review(world.sfj_reviewer, reply=draft)
    best = ResultClass.objects.get(scheme=world.session.result_scheme, code="A")
    draft = sign_reply(world.sfj_leader, reply=draft, result_class=best)
    render_document(draft.documents.get().pk)
    return issue_reply(world.sfj_clerk, reply=draft)
