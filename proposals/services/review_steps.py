"""The steps before the decision (接收、初审 …): who said what, and which required one is still missing (DOMAIN 1.4)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable

from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import Kept
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Proposal, Review, ReviewStep, StepOpinion, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.wording import demand_text

OPINION_MAX = 2_000
SUGGESTIONS = (
    Review.Outcome.REGISTERED,
    Review.Outcome.RETURNED,
    Review.Outcome.REJECTED,
    Review.Outcome.MERGED,
    Review.Outcome.SUGGESTION,
    Review.Outcome.OPINION,
)


def missing_step() -> Combinable:
    """Name of the first required step that nobody has taken for this submission, as an expression on the proposal."""
    given = StepOpinion.objects.filter(
        step=OuterRef("pk"), proposal=OuterRef(OuterRef("pk")), submitted_at=OuterRef(OuterRef("submitted_at"))
    )
    missing = ReviewStep.objects.filter(~Exists(given), is_active=True, is_required=True).order_by("position")
    return Subquery(missing.values("name")[:1])


@Kept
def case_with_missing_step(pk: int) -> QuerySet[Proposal]:
    """The case with ``missing_step``, for ``lock_proposal``."""
    return Proposal.objects.select_for_update(of=("self",)).filter(pk=pk).annotate(missing_step=missing_step())


def insist_on_steps(locked: Proposal) -> None:
    """Refuse (WrongStage) a decision before every required step. ``locked`` carries ``missing_step``."""
    if missing := getattr(locked, "missing_step", None):
        raise WrongStage(f"“{missing}”是必经的审查环节，还没有意见，请先记下意见再作结论。")


def next_step(proposal: Proposal) -> ReviewStep | None:
    """The first step nobody has taken since ``proposal`` was handed in; None when all are done (one query)."""
    given = StepOpinion.objects.filter(proposal=proposal, submitted_at=proposal.submitted_at or now())
    steps = ReviewStep.objects.filter(is_active=True).exclude(pk__in=given.values("step"))
    return steps.order_by("position").first()


@transaction.atomic
def take_step(
    actor: User, *, proposal: Proposal, step: ReviewStep, opinion: str = "", suggestion: str = ""
) -> StepOpinion:
    """Write down what ``actor`` says at ``step``; the proposal stays under review. Raises WrongStage when the step has
    been taken, InvalidInput (opinion, suggestion)."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "review_step", locked))
    if next_step(locked) != step:
        raise StateChanged(f"“{step}”刚才已由别人办过，请刷新后查看。")
    missing = f"请写明{step}意见。" if step.asks_opinion else ""
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX, missing=missing)
    if suggestion and suggestion not in SUGGESTIONS:
        raise InvalidInput({"suggestion": "请从列表中选择建议的结论。"})
    given = StepOpinion.objects.create(
        proposal=locked,
        step=step,
        submitted_at=locked.submitted_at or now(),
        opinion=opinion,
        suggestion=suggestion,
        given_by=actor,
        post=post,
        given_at=now(),
    )
    words = f"，建议{given.get_suggestion_display()}" if suggestion else ""
    record_event(
        actor, proposal=locked, kind="review_step", post=post, text=f"审查：{step}{words}", data={"step": step.pk}
    )
    return given
