"""Which handling rule holds for a proposal."""

from __future__ import annotations

from collections.abc import Iterable

from proposals.models import Proposal
from replies.models import HandlingRule


def is_key(proposal: Proposal) -> bool:
    """Whether ``proposal`` is a key one (重点提案); the mark itself belongs to the ground floor."""
    return bool(getattr(proposal, "is_key", False))


def needs_main_leader(rule: HandlingRule) -> bool:
    """Whether only the main leader (主要负责人) of the bureau may sign."""
    return rule.signer == HandlingRule.Signer.MAIN_LEADER


def rule_for(proposal: Proposal) -> HandlingRule:
    """The rule of the session that fits ``proposal`` best (one query); the default one, unsaved, when there is none."""
    return best_rule(proposal, HandlingRule.objects.filter(session_id=proposal.session_id))


def best_rule(proposal: Proposal, rules: Iterable[HandlingRule]) -> HandlingRule:
    """Out of ``rules`` of any session: one for key proposals goes before one for the kind, that before the general."""
    key = is_key(proposal)
    fitting = [
        rule
        for rule in rules
        if rule.session_id == proposal.session_id
        and rule.proposal_kind in {"", proposal.kind}
        and (key or not rule.key_only)
    ]
    best = max(fitting, key=lambda rule: (rule.key_only, rule.proposal_kind != ""), default=None)
    return best or default_rule(proposal, is_for_key=key)


def default_rule(proposal: Proposal, *, is_for_key: bool) -> HandlingRule:
    """What holds in a session without a rule of its own."""
    signer = HandlingRule.Signer.MAIN_LEADER if is_for_key else HandlingRule.Signer.LEADER
    return HandlingRule(session_id=proposal.session_id, key_only=is_for_key, signer=signer)
