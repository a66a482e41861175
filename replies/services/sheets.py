"""Ruled forms about a reply: 发文稿纸 (the approval sheet) and 征询意见表 (one per proposer)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import day_of, now, today
from proposals.errors import StateChanged, WrongStage
from proposals.models import FeedbackField, Proposer, User
from proposals.queries import addressed_proposers
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.documents.ruled import RED, Cell, Row, RuledForm
from replies.models import ClearanceStep, Feedback, RatingLink, Reply
from replies.permissions_papers import may_hand_out_links, may_print_forms
from replies.queries import clearance_rounds
from replies.services.feedback import questions_for
from replies.services.rating_links import token_of, with_account

Step = ClearanceStep.Step
NO_CHAIN = "这份答复还没有送审，没有核签记录。送核稿后才有发文稿纸。"
ON_PAPER = "请在□内打√，填写后寄回或交市政协提案委。"
NO_LOG_IN = "请在□内打√，填写后寄回或交市政协提案委，由提案委代为录入，不需要登录平台。"
BY_MAIL = "也可以打开发到您邮箱的评价链接评价，只供本人使用一次，{day}前有效。"
LOG_IN = "也可以登录平台评价，扫码或打开："
ONCE = "也可以扫码或打开下面的地址评价，只供本人使用一次，{day}前有效，请勿转给他人："
BOX = "□"
THIS_IS_INTERNAL = "本稿纸按平台核签记录印制，仅供内部办理和归档，不对外公开。"


def approval_sheet(reply: Reply) -> RuledForm:
    """发文稿纸 with the whole way through clearance: the last round in the cells, earlier returns below.

    WrongStage for a reply that never entered clearance (a first draft, an import).
    """
    rounds = clearance_rounds(reply)
    if not rounds:
        raise WrongStage(NO_CHAIN)
    last = [step for step in rounds[0].steps if not step.is_void]
    returned = [step for one in rounds[1:] for step in one.steps if step.decision == ClearanceStep.Decision.RETURNED]
    drafts = _of(last, Step.DRAFT)
    office = _of(last, Step.COORDINATE, Step.AUDIT)
    rows = [
        Row(
            (
                Cell("签发", _signatures(_of(last, Step.SIGN)), 6),
                Cell("会签", _signatures(_of(last, Step.COUNTERSIGN)), 6),
            ),
            46,
        ),
        Row((Cell("核稿", _signatures(_of(last, Step.REVIEW)), 6), Cell("协调、审查", _signatures(office), 6)), 24),
        Row((Cell("拟稿单位", reply.bureau.name, 6), Cell("拟稿", _signatures(drafts[-1:]), 6)), 22),
        Row((Cell("发文字号", reply.document_number, 6), Cell("办理结果", _class(reply), 6))),
        Row((Cell("标题", reply.title),), 16),
        Row((Cell("主送", reply.addressee),)),
        Row((Cell("抄送", reply.copies),)),
        Row((Cell("联系人", reply.contact_person, 6), Cell("联系电话", reply.contact_phone, 6))),
    ]
    if returned:
        rows.append(Row((Cell("历次退回", _signatures(returned)),)))
    return RuledForm(
        title=f"{reply.bureau.name}发文稿纸",
        rows=tuple(rows),
        day=reply.signed_on or today(),
        author=reply.bureau.name,
        ink=RED,
        remarks=(f"共送审{len(rounds)}次。{THIS_IS_INTERNAL}",),
    )


@transaction.atomic
def feedback_form(actor: User, *, reply: Reply, proposer: Proposer) -> RuledForm:
    """征询意见表 of one proposer. Its link is his own one-time link only for who may send him one anyway, never for the
    bureau that is rated; else the page that asks to log in, for a proposer somebody can log in for; else none. The
    printing is told in the record of the case.

    Raises NotAllowed, and WrongStage for a proposer who is not asked or has rated already.
    """
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau", "proposal__session").get(pk=reply.pk)
    person = fresh(actor)
    post = insist(may_print_forms(person, reply))
    if proposer not in proposers_to_ask(reply):
        raise StateChanged("这位提案者已经评价过，或不是这件提案的提案者。")
    links = RatingLink.objects.filter(reply=reply, proposer=proposer, used_at=None, revoked_at=None)
    mailed = links.filter(expires_at__gt=now()).first()
    live = mailed if may_hand_out_links(person, reply) else None
    record_event(
        actor,
        proposal=proposal,
        kind="print_feedback_form",
        post=post,
        text=f"印制{proposer}的征询意见表" + ("，附评价链接" if live else ""),
        data={"reply": reply.pk, "proposer": proposer.pk, "with_link": live is not None},
    )
    return replace(
        _form(reply, proposer, questions_for(reply.proposal, proposer)), **_ways(reply, proposer, live, mailed)
    )


def _ways(reply: Reply, proposer: Proposer, live: RatingLink | None, mailed: RatingLink | None) -> dict[str, Any]:
    """The words below the form: how this proposer can give it back. ``live``: the link to print; ``mailed``: the one
    he has in his mail."""
    if live:
        path, day = reverse("rating-link", args=[token_of(live.salt)]), long_date(day_of(live.expires_at))
        return {"remarks": (ON_PAPER,), "link": settings.PUBLIC_BASE_URL + path, "link_note": ONCE.format(day=day)}
    if proposer.pk in with_account([proposer]):
        path = reverse("reply-rate", args=[reply.pk])
        return {"remarks": (ON_PAPER,), "link": settings.PUBLIC_BASE_URL + path, "link_note": LOG_IN}
    if mailed:
        return {"remarks": (NO_LOG_IN, BY_MAIL.format(day=long_date(day_of(mailed.expires_at))))}
    return {"remarks": (NO_LOG_IN,)}


def proposers_to_ask(reply: Reply) -> list[Proposer]:
    """The proposers of the case and of those merged into it that have not rated yet (two queries)."""
    rated = set(Feedback.objects.filter(reply=reply).values_list("proposer_id", flat=True))
    return [one for one in addressed_proposers(reply.proposal_id) if one.pk not in rated]


def _form(reply: Reply, proposer: Proposer, questions: Iterable[FeedbackField]) -> RuledForm:
    proposal, grades = reply.proposal, [str(label) for label in Feedback.Grade.labels]
    asked = [Row((Cell(one.label, _boxes(one.choices)),), 9 if one.choices else 16) for one in questions]
    return RuledForm(
        mark="附件",
        title="提案办理情况征询意见表",
        rows=(
            Row((Cell("届次", proposal.session.name, 6), Cell("提案编号", proposal.label, 6))),
            Row((Cell("案由", proposal.title),), 12),
            Row((Cell("提案者", proposer.name, 6), Cell("承办单位", reply.bureau.name, 6))),
            Row(
                (
                    Cell("答复文号", reply.document_number, 6),
                    Cell("答复日期", long_date(reply.signed_on) if reply.signed_on else "", 6),
                )
            ),
            Row((Cell("办理态度", _boxes(grades)),)),
            Row((Cell("办理结果", _boxes(grades)),)),
            *asked,
            Row((Cell("意见和建议（不满意的请写明原因）"),), max(18, 44 - 6 * len(asked))),
            Row((Cell("提案者签名（盖章）", "", 7), Cell("日期", "", 5)), 20),
        ),
        day=reply.signed_on or today(),
        author=reply.bureau.name,
    )


def _of(steps: Sequence[ClearanceStep], *kinds: str) -> list[ClearanceStep]:
    return [step for step in steps if step.step in kinds]


def _signatures(steps: Iterable[ClearanceStep]) -> str:
    """What each said, then who and when: 同意：数据再核一遍。 / 李明（市司法局签发领导） 2022年8月18日."""
    lines = []
    for step in steps:
        comment = " ".join(step.comment.split())
        word = step.get_decision_display() if step.step != Step.DRAFT else ""
        lines.append("：".join(filter(None, (word, comment))))
        lines.append(f"{step.actor}（{step.post}） {long_date(day_of(step.at))}")
    return "\n".join(filter(None, lines))


def _class(reply: Reply) -> str:
    return f"{reply.result_class.code}类（{reply.result_class.meaning}）" if reply.result_class else ""


def _boxes(choices: Iterable[str]) -> str:
    return "　".join(f"{BOX}{choice}" for choice in choices)
