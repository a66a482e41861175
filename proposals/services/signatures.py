"""What becomes of signatures when the signed text changes, and when it is handed in. Callers hold the lock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.models import Deadline, Invitation, Proposal, ProposalProposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.services.calendar import load_calendar
from proposals.services.content import PARTS, ProposalContent
from proposals.services.deadlines import Clock, drop_kind, start_clocks
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from proposals.workflow_cosigning import INVITATION, LIVE, OPEN, InvitationState

SIGNED_FIELDS = ("title", *PARTS, "asks")


def count_signatures(proposal: Proposal) -> int:
    """How many signatures stand on the text. Asked after the lock is taken: beside it, in the statement that waits for
    the lock, PostgreSQL would still answer for the moment before."""
    return signatures_of(proposal.pk).count()


def signatures_of(proposal: int | OuterRef) -> QuerySet[Invitation]:
    """The signatures that stand on the text of ``proposal``, a key or what refers to one."""
    return Invitation.objects.filter(proposal=proposal, state=InvitationState.ACCEPTED)


def is_other_text(content: ProposalContent, stored: ProposalContent) -> bool:
    """Whether what signers sign is different: title, the three parts, the asks."""
    return any(getattr(content, name) != getattr(stored, name) for name in SIGNED_FIELDS)


def text_to_sign(proposal: Proposal) -> str:
    """What a signer signs, as one text (one query)."""
    asks = proposal.asks.order_by("position").values_list("text", flat=True)
    blocks = [
        f"案由：{proposal.title}",
        *(f"【{label}】\n{getattr(proposal, name)}" for name, label in PARTS.items()),
        *(f"【建议{place}】\n{text}" for place, text in enumerate(asks, start=1)),
    ]
    return "\n".join(blocks)


def ask_signers_again(proposal: Proposal) -> list[Invitation]:
    """The text has changed under its signatures: every signer is asked anew, with a clock of its own. The caller writes
    the event."""
    rows = list(_of(proposal).filter(state=InvitationState.ACCEPTED).select_related("proposer"))
    if not rows:
        return []
    page = reverse("proposal-cosign", args=[proposal.pk])
    clock = Clock(DeadlineKind.COSIGN, Role.PROPOSER, page, [row.proposer for row in rows])
    clocks = start_clocks(proposal=proposal, starts_on=today(), calendar=load_calendar(), clocks=[clock])
    by_proposer = {one.proposer_id: one for one in clocks}
    for row in rows:
        row.state = INVITATION.get("ask_again").target or row.state
        row.deadline = by_proposer.get(row.proposer_id)
    Invitation.objects.bulk_update(rows, ["state", "deadline"])
    notify(
        holders_of(roles=[Role.PROPOSER], proposer_ids=[row.proposer_id for row in rows]),
        text=say("cosign_again", proposal),
        link=page,
    )
    return rows


def drop_signers(actor: User, *, proposal: Proposal, proposer_ids: Collection[int]) -> None:
    """The writer took these off the list of proposers: their signatures count no more."""
    rows = _of(proposal).filter(proposer__in=proposer_ids, state__in=LIVE)
    if rows.update(state=INVITATION.get("withdraw_invitation").target):
        _running(proposal).filter(proposer__in=proposer_ids).update(cancelled_at=now())
        _tell_no_more(actor, proposal, proposer_ids)


@dataclass(frozen=True)
class Ended:
    """What co-signing came to: how many signed, how many invitations lapsed, whether there are other proposers now."""

    signers: int = 0
    lapsed: int = 0
    is_other_list: bool = False

    @property
    def told(self) -> str:
        """For the event, with a comma in front; empty when nobody was invited."""
        parts = [f"{self.signers}位委员联名" if self.signers else "", f"{self.lapsed}份邀请失效" if self.lapsed else ""]
        return "".join(f"，{part}" for part in parts if part)


def close_cosigning(actor: User, *, proposal: Proposal) -> Ended:
    """The text is handed in: who signed becomes a proposer, in the order of the signatures; open invitations lapse, and
    who had signed an earlier text and not this one is a proposer no more. One query where nobody was invited."""
    rows = list(_of(proposal).filter(state__in=LIVE).order_by("answered_at", "pk"))
    if not rows:
        return Ended()
    lapsed = {row.proposer_id for row in rows if row.state in OPEN}
    signed = [row.proposer_id for row in rows if row.proposer_id not in lapsed]
    _lapse(actor, proposal, lapsed)
    named = {row.proposer_id: row for row in proposal.proposal_proposers.all()}
    gone = [row.pk for pk, row in named.items() if row.is_cosigner and pk in lapsed]
    if gone:
        ProposalProposer.objects.filter(pk__in=gone).delete()
    place = max((row.position for row in named.values()), default=0)
    added = [pk for pk in signed if pk not in named]
    ProposalProposer.objects.bulk_create(
        ProposalProposer(proposal=proposal, proposer_id=pk, position=place + index, is_cosigner=True)
        for index, pk in enumerate(added, start=1)
    )
    if gone or added:
        forget_proposers(proposal)
    return Ended(len(signed), len(lapsed), bool(gone or added))


def forget_proposers(proposal: Proposal) -> None:
    """The proposers have changed: those read along with ``proposal`` are read anew next time."""
    getattr(proposal, "_prefetched_objects_cache", {}).pop("proposal_proposers", None)


def lapse_invitations(actor: User, *, proposal: Proposal) -> None:
    """End what has not been answered, and say so to whom it was sent."""
    _lapse(actor, proposal, set(_of(proposal).filter(state__in=OPEN).values_list("proposer_id", flat=True)))


def _lapse(actor: User, proposal: Proposal, proposer_ids: Collection[int]) -> None:
    if proposer_ids:
        _of(proposal).filter(state__in=OPEN).update(state=INVITATION.get("lapse").target)
        drop_kind(proposal=proposal, kind=DeadlineKind.COSIGN, reference="")
        _tell_no_more(actor, proposal, proposer_ids)


def open_invitations(proposal: Proposal) -> list[Invitation]:
    """Those that handing in would end, with the names (one query)."""
    return list(_of(proposal).filter(state__in=OPEN).select_related("proposer"))


def _of(proposal: Proposal) -> QuerySet[Invitation]:
    return Invitation.objects.filter(proposal=proposal)


def _running(proposal: Proposal) -> QuerySet[Deadline]:
    return Deadline.objects.filter(
        proposal=proposal, kind=DeadlineKind.COSIGN, met_at__isnull=True, cancelled_at__isnull=True
    )


def _tell_no_more(actor: User, proposal: Proposal, proposer_ids: Collection[int]) -> None:
    notify(
        holders_of(roles=[Role.PROPOSER], proposer_ids=proposer_ids),
        text=say("cosign_lapsed", proposal),
        link=reverse("notice-list"),
        but=actor,
    )
