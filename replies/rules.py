"""Which handling rule holds for a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from panjin_portal.lib.kept import Kept
from proposals.models import Mark, Proposal
from replies.models import HandlingRule


def key_mark(proposal: Any) -> Exists:
    """Whether ``proposal`` (a key or an OuterRef) is marked 重点提案 now, as an expression."""
    return Exists(Mark.objects.filter(proposal=proposal, kind=Mark.Kind.KEY, lifted_at__isnull=True))


@Kept
def marked_case(pk: int) -> QuerySet[Proposal]:
    """The case with ``marked_key``, for ``lock_proposal``."""
    return Proposal.objects.select_for_update(of=("self",)).filter(pk=pk).annotate(marked_key=key_mark(OuterRef("pk")))


@Kept
def marked_case_with_session(pk: int) -> QuerySet[Proposal]:
    """The same with its session."""
    return marked_case.queryset(pk).select_related("session")


@Kept
def _rules(session: int) -> QuerySet[HandlingRule]:
    return HandlingRule.objects.filter(session=session)


def needs_main_leader(rule: HandlingRule) -> bool:
    """Whether only the main leader (主要负责人) of the bureau may sign."""
    return rule.signer == HandlingRule.Signer.MAIN_LEADER


def rule_for(proposal: Proposal) -> HandlingRule:
    """The rule of the session that fits ``proposal`` best; the default one, unsaved, when there is none. One query
    where the case was read with ``marked_key=key_mark(…)``, one more where the session has no rule."""
    known: bool | None = getattr(proposal, "marked_key", None)
    if known is not None:
        return best_rule(proposal, _rules(proposal.session_id), is_for_key=known)
    rules = HandlingRule.objects.filter(session_id=proposal.session_id)
    found = list(rules.annotate(marked_key=key_mark(proposal.pk)))
    if found:
        known = bool(getattr(found[0], "marked_key", False))
    else:
        known = Mark.objects.filter(proposal=proposal, kind=Mark.Kind.KEY, lifted_at__isnull=True).exists()
    return best_rule(proposal, found, is_for_key=known)


def best_rule(proposal: Proposal, rules: Iterable[HandlingRule], *, is_for_key: bool) -> HandlingRule:
    """Out of ``rules`` of any session: one for key proposals goes before one for the kind, that before the general."""
    key = is_for_key
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
