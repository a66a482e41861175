"""Cases in a named stage, brought there by the services, and what the filing form sends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from proposals.models import Assignment, Bureau, Proposal, User
from proposals.services.assignment import assign
from proposals.services.content import ProposalContent
from proposals.services.filing import create_draft, submit
from proposals.services.review import register
from tests.world import World

TITLE = "关于推动盘锦市营商环境法治化建设"
ASKS = ("清理与上位法不一致的规范性文件。", "建立涉企行政执法检查备案制度。", "推动公共法律服务进园区。")


def content_for(world: World, **changes: Any) -> ProposalContent:
    """A complete content by 民建; name what shall differ."""
    content = ProposalContent(
        session_id=world.session.pk,
        title=TITLE,
        background="近年来全市涉企服务不断改进，企业对规则稳定的期待也在提高。",
        analysis="部分文件更新不及时，执法检查次数多、标准不一。",
        suggestions="1. 清理文件。\n2. 检查备案。\n3. 服务进园区。",
        proposer_ids=(world.minjian.pk,),
        asks=ASKS,
    )
    return replace(content, **changes)


def draft(world: World, *, by: User | None = None, **changes: Any) -> Proposal:
    """A draft, by the contact of 民建 unless somebody else is named."""
    return create_draft(by or world.minjian_contact, content=content_for(world, **changes))


def submitted(world: World, *, by: User | None = None, **changes: Any) -> Proposal:
    """A proposal waiting for review; whoever stands in the list beside the first has signed it."""
    proposal = draft(world, by=by, **changes)
    proposal.proposal_proposers.filter(position__gt=1).update(is_cosigner=True)
    return submit(by or world.minjian_contact, proposal=proposal)


def registered(world: World, **changes: Any) -> Proposal:
    """A proposal with its number, waiting to be assigned."""
    return register(world.committee_staff, proposal=submitted(world, **changes))


def assigned(world: World, helpers: Sequence[Bureau] | None = None, **changes: Any) -> list[Assignment]:
    """A proposal at 司法局, with 公安局 helping unless other helpers are named; the lead's assignment first."""
    chosen = [world.gaj] if helpers is None else list(helpers)
    return assign(world.office_staff, proposal=registered(world, **changes), lead=world.sfj, co_handlers=chosen)


def form_data(content: ProposalContent, version: int, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the edit page for ``content``."""
    data: dict[str, Any] = {
        "version": version,
        "session": content.session_id,
        "kind": content.kind,
        "title": content.title,
        "proposers": list(content.proposer_ids),
        "background": content.background,
        "analysis": content.analysis,
        "suggestions": content.suggestions,
        "topic": content.topic_id or "",
        "suggested_bureaus": sorted(content.suggested_bureau_ids),
        "publicity_consent": "yes" if content.publicity_consent else "no",
        "publicity_reason": content.publicity_reason,
        "asks-TOTAL_FORMS": len(content.asks),
        "asks-INITIAL_FORMS": 0,
        "do": "save",
    }
    for index, text in enumerate(content.asks):
        data |= {f"asks-{index}-text": text, f"asks-{index}-position": index + 1}
    return data | changes
