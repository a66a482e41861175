"""What a proposal says, as one value: the unit that a form gives, that is compared, saved and shown at a conflict."""

from __future__ import annotations

from dataclasses import dataclass, replace

from proposals.errors import InvalidInput
from proposals.models import Bureau, Proposal, Proposer, Session, Topic
from proposals.services.wording import check_text, one_line

TITLE_MAX = 100
PART_MAX = 20_000
ASK_MAX = 2_000
ASKS_MAX = 30
PROPOSERS_MAX = 200
PUBLICITY_REASON_MAX = 20  # DOMAIN 1.3, [Y16]
RESEARCH_MAX, RAISED_BEFORE_MAX = 200, 100

PARTS = {"background": "背景情况", "analysis": "问题分析", "suggestions": "具体建议"}


@dataclass(frozen=True)
class ProposalContent:
    """Everything the filing form holds. Ids, not rows; ``proposer_ids`` in order, the first is 第一提案人."""

    session_id: int
    title: str
    kind: str = Proposal.Kind.SESSION
    background: str = ""
    analysis: str = ""
    suggestions: str = ""
    topic_id: int | None = None
    publicity_consent: bool = True
    publicity_reason: str = ""
    wants_meeting: bool = False
    may_excerpt: bool = False
    open_to_cosigning: bool = False
    research: str = ""
    raised_before: str = ""
    proposer_ids: tuple[int, ...] = ()
    asks: tuple[str, ...] = ()
    suggested_bureau_ids: frozenset[int] = frozenset()


def checked(content: ProposalContent, *, must_explain: bool) -> ProposalContent:
    """``content`` with clean texts. Raises InvalidInput that names every field at fault.

    ``must_explain``: a refused publicity needs its reason now (only a first draft may leave it open).
    """
    errors: dict[str, str] = {}

    def clean(field: str, raw: str, most: int) -> str:
        text, fault = check_text(raw, most=most)
        if fault:
            errors[field] = fault
        return text

    title = one_line(clean("title", content.title, TITLE_MAX))
    if not title:
        errors.setdefault("title", "请填写案由，其余内容可以以后再补。")
    reason = (
        ""
        if content.publicity_consent
        else one_line(clean("publicity_reason", content.publicity_reason, PUBLICITY_REASON_MAX))
    )
    if must_explain and not content.publicity_consent and not reason:
        errors.setdefault("publicity_reason", "不同意公开的，请写明理由（20字以内）。")
    parts = {name: clean(name, getattr(content, name), PART_MAX) for name in PARTS}
    asks = tuple(text for raw in content.asks if (text := clean("asks", raw, ASK_MAX)))
    if len(asks) > ASKS_MAX:
        errors["asks"] = f"建议最多 {ASKS_MAX} 条，现有 {len(asks)} 条，请合并相近的建议。"
    if len(content.proposer_ids) > PROPOSERS_MAX:
        errors["proposers"] = f"提案者最多 {PROPOSERS_MAX} 位。"
    if content.kind not in Proposal.Kind.values:
        errors["kind"] = "请选择会议提案或平时提案。"
    research = one_line(clean("research", content.research, RESEARCH_MAX))
    raised_before = one_line(clean("raised_before", content.raised_before, RAISED_BEFORE_MAX))
    if errors:
        raise InvalidInput(errors)
    return replace(
        content,
        research=research,
        raised_before=raised_before,
        title=title,
        publicity_reason=reason,
        asks=asks,
        proposer_ids=tuple(dict.fromkeys(content.proposer_ids)),
        background=parts["background"],
        analysis=parts["analysis"],
        suggestions=parts["suggestions"],
    )


def stored_content(proposal: Proposal) -> ProposalContent:
    """What the database holds for ``proposal`` (three queries; two where its proposers have been read along)."""
    return ProposalContent(
        session_id=proposal.session_id,
        title=proposal.title,
        kind=proposal.kind,
        background=proposal.background,
        analysis=proposal.analysis,
        suggestions=proposal.suggestions,
        topic_id=proposal.topic_id,
        publicity_consent=proposal.publicity_consent,
        publicity_reason=proposal.publicity_reason,
        wants_meeting=proposal.wants_meeting,
        may_excerpt=proposal.may_excerpt,
        open_to_cosigning=proposal.open_to_cosigning,
        research=proposal.research,
        raised_before=proposal.raised_before,
        proposer_ids=tuple(row.proposer_id for row in proposal.proposal_proposers.all()),
        asks=tuple(proposal.asks.order_by("position").values_list("text", flat=True)),
        suggested_bureau_ids=frozenset(proposal.suggested_bureaus.order_by().values_list("pk", flat=True)),
    )


def as_text(content: ProposalContent) -> str:
    """The content as one readable text, for the page that shows two versions side by side."""
    names = Proposer.objects.in_bulk(content.proposer_ids)
    bureaus = Bureau.objects.filter(pk__in=content.suggested_bureau_ids)
    topic = Topic.objects.select_related("parent").filter(pk=content.topic_id or 0).first()
    session = Session.objects.get(pk=content.session_id)
    consent = "同意公开" if content.publicity_consent else f"不同意公开（{content.publicity_reason}）"
    blocks = [
        f"案由：{content.title}",
        f"届次：{session.name}　{Proposal.Kind(content.kind).label}",
        "提案者：" + "、".join(names[pk].name for pk in content.proposer_ids if pk in names),
        f"主题：{topic or '未选'}　公开：{consent}",
        "建议承办单位：" + "、".join(bureau.short_name for bureau in bureaus),
        f"面商：{'愿意' if content.wants_meeting else '未表示'}",
        f"摘编刊发：{'同意' if content.may_excerpt else '未表示'}",
        f"其他委员附议：{'可以' if content.open_to_cosigning else '不可以'}",
        f"调研情况：{content.research or '未填'}　往届提出情况：{content.raised_before or '未填'}",
        *(f"【{label}】\n{getattr(content, name)}" for name, label in PARTS.items()),
        *(f"【建议{place}】\n{text}" for place, text in enumerate(content.asks, start=1)),
    ]
    return "\n".join(blocks)


def title_advice(title: str) -> str:
    """Advice for a title that is not 关于……的建议 (DOMAIN 1.3); "" for one that is. Never an obstacle."""
    if title.startswith("关于") and title.endswith("的建议"):
        return ""
    return "案由通常写成“关于……的建议”。现在的写法可以使用，是否调整由您决定。"
