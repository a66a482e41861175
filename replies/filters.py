"""The filter of the list of cases: what ``proposals`` filters by, and what only the replies know."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters as filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from panjin_portal.lib.clock import today
from proposals.filters import ProposalFilter
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can_see_statistics
from proposals.workflow import ProposalState
from replies.assessment import cases_behind, choices
from replies.models import Feedback, Reply
from replies.statistics import COUNTING_REPLIES, GRADES, LATEST, RATED, SILENT, UNCLASSED, silent_clocks
from replies.workflow import ReplyState

OPINIONS = [("overdue", "逾期未送"), ("waiting", "还没有送"), ("late", "送得迟")]
RESULTS = [*((code, f"{code}类") for code in "ABCD"), (UNCLASSED, "未标类别")]


class CaseFilter(ProposalFilter):
    """Adds the class of the reply, and for whoever may see statistics how it was rated. ``request`` names the person;
    without it nothing about ratings is asked."""

    result = filters.ChoiceFilter(label="办理结果类别", choices=RESULTS, method="by_result", empty_label="不限")
    attitude = filters.ChoiceFilter(
        label="评价：办理态度", choices=Feedback.Grade.choices, method="by_rating", empty_label="不限"
    )
    rating = filters.ChoiceFilter(
        label="评价：办理结果",
        choices=[*Feedback.Grade.choices, (SILENT, "逾期未反馈")],
        method="by_rating",
        empty_label="不限",
    )

    opinion = filters.ChoiceFilter(label="会办意见", choices=OPINIONS, method="by_opinion", empty_label="不限")
    assess = filters.ChoiceFilter(label="考核数字", choices=choices(), method="by_assessment", empty_label="不限")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.request is None or not can_see_statistics(self.request.user):
            for name in (*RATED, "opinion", "assess"):
                del self.filters[name]

    def unchecked(self, cases: Iterable[Proposal]) -> frozenset[int]:
        """Those with an imported reply that was not confirmed (one query, none without an imported case)."""
        imported = [case.pk for case in cases if case.stage is ProposalState.IMPORTED]
        if not imported:
            return frozenset()
        waiting = Reply.objects.filter(proposal__in=imported, state=ReplyState.IMPORTED)
        return frozenset(waiting.values_list("proposal_id", flat=True))

    def by_result(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Some reply that counts has this class."""
        replies = Reply.objects.filter(LATEST, proposal=OuterRef("pk"))
        wanted = Q(result_class=None) if value == UNCLASSED else Q(result_class__code=value)
        return queryset.filter(Exists(replies.filter(wanted)))

    def by_opinion(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """Some co-handler's opinion is missing past its day, or not yet there, or came late."""
        clocks = Deadline.objects.filter(proposal=OuterRef("pk"), kind=DeadlineKind.OPINION, cancelled_at=None)
        wanted = {
            "overdue": Q(met_at=None, due_on__lt=today()),
            "waiting": Q(met_at=None, due_on__gte=today()),
            "late": Q(met_at__date__gt=F("due_on")),
        }
        return queryset.filter(Exists(clocks.filter(wanted[value])))

    def by_assessment(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """The cases behind one number of the assessment, of the bureau where one is named."""
        bureau = self.form.cleaned_data.get("bureau")
        return queryset.filter(pk__in=cases_behind(value, today(), int(bureau) if bureau else None))

    def by_rating(self, queryset: QuerySet[Proposal], name: str, value: str) -> QuerySet[Proposal]:
        """The lowest grade that some proposer gave is this one."""
        if value == SILENT:
            return queryset.filter(Exists(silent_clocks(today()).filter(proposal=OuterRef("pk"))))
        field = RATED[name]
        given = Feedback.objects.filter(
            reply__proposal=OuterRef("pk"), reply__state__in=COUNTING_REPLIES, reply__is_outdated=False
        )
        lower = GRADES[GRADES.index(value) + 1 :]
        found = queryset.filter(Exists(given.filter(**{field: value})))
        return found.exclude(Exists(given.filter(**{f"{field}__in": lower}))) if lower else found
