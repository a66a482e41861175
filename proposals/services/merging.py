"""并案: a proposal goes along with a main one of its session and is answered with it (DOMAIN 1.4)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, When
from django.urls import reverse

from panjin_portal.lib.case_numbers import MOST_DIGITS, spellings_of
from panjin_portal.lib.clock import now
from proposals.errors import InvalidInput, StateChanged, WrongStage
from proposals.models import Post, Proposal, Review, Role, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal, lock_two
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, contacts_of, holders_of, notify_each
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL, ProposalState

OPINION_MAX, REASON_MAX = 2_000, 200  # a reason also stands in an event of one line
MAIN_STATES = (ProposalState.SUBMITTED, ProposalState.REGISTERED)
CANDIDATES = 20
WORDS = 5


def main_candidates(proposal: Proposal, words: str = "") -> QuerySet[Proposal]:
    """What ``proposal`` can be merged into: cases of its session under review or waiting to be assigned that hold every
    one of ``words`` in the title, or have it as number or serial; the first twenty, without words those of its topic
    first. Takes no account of who asks: only the committee merges, and it sees them all."""
    found = Proposal.objects.filter(session_id=proposal.session_id, state__in=MAIN_STATES).exclude(pk=proposal.pk)
    for word in words.replace("\x00", "").split()[:WORDS]:
        named = Q(title__icontains=word) | Q(number__in=spellings_of(word))
        if word.isascii() and word.isdecimal() and len(word) <= MOST_DIGITS:
            named |= Q(pk=int(word))
        found = found.filter(named)
    elsewhere = Case(When(topic=proposal.topic_id, then=0), default=1, output_field=IntegerField())
    return found.annotate(elsewhere=elsewhere).order_by("elsewhere", "-id")[:CANDIDATES]


@transaction.atomic
def merge(actor: User, *, proposal: Proposal, main: Proposal | None, opinion: str = "") -> Proposal:
    """Merge ``proposal`` into ``main``: it keeps its number if it has one and gets no handling of its own.

    Raises InvalidInput (main, opinion), WrongStage, NotAllowed.
    """
    if main is None:
        raise InvalidInput({"main": "请选择主提案。"})
    if main.pk == proposal.pk:
        raise InvalidInput({"main": "不能并入自己，请另选主提案。"})
    locked, head = lock_two(proposal.pk, main.pk)
    post = insist(can(fresh(actor), "merge", locked))
    opinion = demand_text(opinion, field="opinion", most=OPINION_MAX)
    _insist_on_main(locked, head)
    was_registered = locked.stage is ProposalState.REGISTERED
    locked.state, locked.merged_into = PROPOSAL.get("merge").target or locked.state, head
    locked.save(update_fields=["state", "merged_into"])
    _note(actor, locked, post, Review.Outcome.MERGED, opinion)
    record_event(
        actor,
        proposal=locked,
        kind="merge",
        post=post,
        text=f"并入{head.label}《{head.title}》一并办理",
        data={"main": head.pk},
    )
    record_event(
        actor,
        proposal=head,
        kind="merge",
        post=post,
        text=f"{locked.label}《{locked.title}》并入本案",
        data={"merged": locked.pk},
    )
    own, page = (reverse("proposal-detail", args=[pk]) for pk in (locked.pk, head.pk))
    notify_each(
        Telling(contacts_of(locked), say("merged", locked, main=f"{head.label}《{head.title}》"), own),
        Telling(contacts_of(head), say("merged_into", head), page),
        Telling(
            holders_of(roles=[Role.OFFICE_STAFF]) if was_registered else (),
            say("merged_number", locked, main=head.label),
            own,
        ),
        but=actor,
    )
    return locked


@transaction.atomic
def undo_merge(actor: User, *, proposal: Proposal, opinion: str) -> Proposal:
    """Take a merge back while the main proposal has not been assigned: back to the state it was merged in, to review or
    with its number to be assigned."""
    main_id = Proposal.objects.values_list("merged_into", flat=True).get(pk=proposal.pk)
    if main_id is None:
        insist(can(fresh(actor), "undo_merge", lock_proposal(proposal.pk)))
        raise WrongStage("这件提案没有并入别的提案。")
    locked, head = lock_two(proposal.pk, main_id)
    if locked.merged_into_id != head.pk:
        raise StateChanged("这件提案的并案刚被改过，请刷新后再办。")
    locked.merged_into = head
    action = undoing_action(locked)
    post = insist(can(fresh(actor), action, locked))
    reason = demand_text(opinion, field="opinion", most=REASON_MAX, missing="请写明撤销并案的原因。")
    locked.state, locked.merged_into = PROPOSAL.get(action).target or locked.state, None
    locked.save(update_fields=["state", "merged_into"])
    _note(actor, locked, post, Review.Outcome.UNDONE, reason)
    words = one_line(reason)
    for case, text in (
        (locked, f"撤销并案，不再随{head.label}办理：{words}"),
        (head, f"{locked.label}《{locked.title}》不再并入本案：{words}"),
    ):
        record_event(actor, proposal=case, kind="undo_merge", post=post, text=text, data={"main": head.pk})
    own, page = (reverse("proposal-detail", args=[pk]) for pk in (locked.pk, head.pk))
    assign = reverse("proposal-assign", args=[locked.pk])
    notify_each(
        Telling(contacts_of(locked), say("unmerged", locked), own),
        Telling(contacts_of(head), say("unmerged_from", head), page),
        Telling(holders_of(roles=[Role.OFFICE_STAFF]) if locked.number else (), say("to_assign", locked), assign),
        but=actor,
    )
    return locked


def undoing_action(proposal: Proposal) -> str:
    """The row of the workflow that takes this merge back: with a number the case waits to be assigned again."""
    return "undo_merge_numbered" if proposal.number else "undo_merge"


def insist_without_merged(proposal: Proposal) -> None:
    """Refuse (WrongStage) to end a case that others hang on."""
    if proposal.merged.exists():
        raise WrongStage("有提案并入了本案，请先撤销并案，再作这一步。")


def _insist_on_main(proposal: Proposal, main: Proposal) -> None:
    if main.session_id != proposal.session_id:
        raise InvalidInput({"main": "主提案须是同一届次的提案。"})
    if main.stage not in MAIN_STATES:
        raise InvalidInput({"main": f"主提案现在是“{PROPOSAL.label_of(main.state)}”，只能并入待审查或待交办的提案。"})
    if proposal.merged.exists():
        raise InvalidInput({"main": "已有提案并入这件提案，请以它为主提案，或先撤销那些并案。"})


def _note(actor: User, proposal: Proposal, post: Post, outcome: Review.Outcome, opinion: str) -> None:
    Review.objects.create(
        proposal=proposal, outcome=outcome, opinion=opinion, reviewed_by=actor, post=post, reviewed_at=now()
    )
