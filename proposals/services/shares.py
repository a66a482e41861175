"""One bureau's share in a case and the clocks that start with it. Callers hold the lock of the proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists
from django.urls import reverse

from panjin_portal.lib.workdays import Calendar
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Assignment, Bureau, Deadline, DeadlineRule, Proposal, Role
from proposals.models.deadlines import DeadlineKind
from proposals.services.deadlines import build_deadline
from proposals.workflow import PROPOSAL, AssignmentState, ProposalState


@dataclass(frozen=True)
class Start:
    """From when and by which rules new clocks run (two queries to load, whatever the number of shares)."""

    on: date
    calendar: Calendar
    rules: dict[str, DeadlineRule] = field(default_factory=dict)


def start_clocks_of(share: Assignment, start: Start, *, due: date | None = None, reason: str = "") -> list[Deadline]:
    """Unsaved clocks of a new ``share``: receipt, and the reply or the opinion. ``due``: the day set by hand for the
    latter, with its ``reason``; None keeps the rule's."""
    kind = DeadlineKind.REPLY if share.is_answering else DeadlineKind.OPINION
    page = reverse("proposal-detail", args=[share.proposal_id])
    receipt = reverse("assignment-accept", args=[share.pk])
    rows = [
        build_deadline(
            proposal=share.proposal,
            kind=what,
            rule=start.rules.get(what),
            recipient_role=Role.CLERK,
            link=link,
            starts_on=start.on,
            calendar=start.calendar,
            whose=share.bureau,
            assignment=share,
            chosen=chosen,
            reason=words,
        )
        for what, link, chosen, words in ((DeadlineKind.RECEIPT, receipt, None, ""), (kind, page, due, reason))
    ]
    return [row for row in rows if row is not None]


def usable_bureaus(ids: Iterable[int]) -> set[int]:
    """Which of these are handling bureaus in use."""
    fit = Bureau.objects.filter(pk__in=list(ids), is_active=True, kind=Bureau.Kind.BUREAU)
    return set(fit.values_list("pk", flat=True))


def insist_on_new_bureau(proposal: Proposal, bureau: Bureau | None, *, field: str = "bureau") -> Bureau:
    """``bureau`` when it is in use and not at work on the case yet (one query). Raises InvalidInput at ``field``."""
    if bureau is None:
        raise InvalidInput({field: "请选择单位。"})
    at_work = Assignment.objects.filter(proposal=proposal, bureau=bureau).exclude(state=AssignmentState.WITHDRAWN)
    fit = Bureau.objects.filter(pk=bureau.pk, is_active=True, kind=Bureau.Kind.BUREAU)
    found = fit.annotate(is_at_work=Exists(at_work)).values_list("is_at_work", flat=True).first()
    if found is None:
        raise InvalidInput({field: "请选择一个在用的承办单位。"})
    if found:
        raise InvalidInput({field: f"{bureau.short_name}已经在承办这件提案，请另选单位。"})
    return bureau


def insist_on_at_work(proposal: Proposal) -> None:
    """Refuse (WrongStage) unless the case is being handled."""
    if proposal.state != ProposalState.ASSIGNED:
        raise WrongStage(f"提案现在是“{PROPOSAL.label_of(proposal.state)}”，不能改动交办。")
