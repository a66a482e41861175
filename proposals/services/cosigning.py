"""Co-signing (附议、联名): the initiator of a text invites members, they sign or decline (DOMAIN 1.2, 1.3).

What becomes of signatures when the text changes or is handed in stands in ``signatures``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput, StateChanged
from proposals.models import PERSONS, Deadline, Invitation, Post, Proposal, ProposalProposer, Proposer, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.permissions import can
from proposals.services.calendar import load_calendar
from proposals.services.content import PARTS, PROPOSERS_MAX
from proposals.services.deadlines import build_deadline, drop_deadline, meet_deadline, rules_for
from proposals.services.events import record_event
from proposals.services.indexing import index_proposal
from proposals.services.locking import case_with_session, fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.notices import Telling, holders_of, notify, notify_each
from proposals.services.signatures import text_to_sign
from proposals.services.wording import demand_text, one_line, too_far
from proposals.workflow_cosigning import INVITATION, LIVE

MESSAGE_MAX, OPINION_MAX, REASON_MAX = 200, 300, 200
CHOSEN_BY_INITIATOR = "发起人确定的答复日期"


@dataclass(frozen=True)
class Wanted:
    """Whom to invite: single members, all of a sector, all of a group. ``due_on``: None for the session's rule."""

    proposer_ids: Collection[int] = ()
    sector: str = ""
    group: str = ""
    message: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Invited:
    """What came of it: who was invited, and the names of those who cannot be asked here, for they have no account."""

    rows: list[Invitation]
    without_account: list[str]


@transaction.atomic
def invite(actor: User, *, proposal: Proposal, wanted: Wanted) -> Invited:
    """Ask members to sign. Who is a proposer already, or has a live invitation, is passed over; one that ran out is
    made anew. Raises InvalidInput when the text is not finished, or nobody is left to be asked."""
    locked = lock_proposal(proposal.pk, rows=case_with_session)
    post = insist(can(fresh(actor), "invite_cosigners", locked))
    message = one_line(demand_text(wanted.message, field="message", most=MESSAGE_MAX))
    _insist_on_finished_text(locked)
    if wanted.due_on is not None and wanted.due_on < today():
        raise InvalidInput({"due_on": "答复日期不能早于今天。"})
    if too_far(wanted.due_on):
        raise InvalidInput({"due_on": "答复日期太远，请核对年份。"})
    found = _members(wanted)
    standing = list(Invitation.objects.filter(proposal=locked, state__in=LIVE).select_related("deadline"))
    ran_out = [row for row in standing if row.is_expired_on(today())]
    named = {row.proposer_id for row in locked.proposal_proposers.all()}
    named |= {row.proposer_id for row in standing if row not in ran_out}
    members = [one for one in found if one.pk not in named and getattr(one, "has_contact", False)]
    without = [one.name for one in found if one.pk not in named and not getattr(one, "has_contact", False)]
    if not members:
        raise InvalidInput({"members": _nobody(found, without)})
    if len(named) + len(members) > PROPOSERS_MAX:
        raise InvalidInput({"members": f"提案者连同受邀人最多 {PROPOSERS_MAX} 位，请减少。"})
    chosen = {one.pk for one in members}
    end_expired([row for row in ran_out if row.proposer_id in chosen])
    rows = _write(actor, locked, members, message, wanted.due_on)
    due = next((row.deadline.shown_due for row in rows if row.deadline), "")
    record_event(
        actor,
        proposal=locked,
        kind="invite_cosigners",
        post=post,
        text=f"邀请{names_of(members)}联名" + (f"，请于{due}前答复" if due else ""),
        data={"members": len(members)},
    )
    until = f"，请于 {due} 前答复" if due else ""
    notify(
        holders_of(roles=[Role.PROPOSER], proposer_ids=chosen),
        text=say("cosign_invited", locked, until=until),
        link=reverse("proposal-cosign", args=[locked.pk]),
        but=actor,
    )
    return Invited(rows, without)


@transaction.atomic
def accept_cosigning(actor: User, *, invitation: Invitation, version: int, opinion: str = "") -> Invitation:
    """Sign the text as it stood in ``version``. Raises WrongStage when it has been changed since, or it is too late."""
    locked, row = _lock(invitation)
    post = insist(can(fresh(actor), "accept_cosigning", row))
    opinion = one_line(demand_text(opinion, field="opinion", most=OPINION_MAX))
    if locked.version != version:
        raise StateChanged("提案刚被发起人改动，没有签名。请看过现在的文字再决定。")
    row.state = INVITATION.get("accept_cosigning").target or row.state
    row.opinion, row.signed_text = opinion, text_to_sign(locked)
    _answered(actor, row, "opinion", "signed_text")
    meet_deadline(proposal=locked, kind=DeadlineKind.COSIGN, whose=row.proposer)
    text = f"{row.proposer}同意联名"
    record_event(actor, proposal=locked, kind="accept_cosigning", post=post, text=text, data={"version": version})
    tell_initiator(actor, locked, say("cosign_answered", locked, words=text))
    return row


@transaction.atomic
def decline_cosigning(actor: User, *, invitation: Invitation, reason: str = "") -> Invitation:
    """Say no, or take a signature back while the text is still with its writer. No reason need be given."""
    locked, row = _lock(invitation)
    post = insist(can(fresh(actor), "decline_cosigning", row))
    row.reason = one_line(demand_text(reason, field="reason", most=REASON_MAX))
    row.state = INVITATION.get("decline_cosigning").target or row.state
    _answered(actor, row, "reason")
    _leave(locked, row)
    record_event(actor, proposal=locked, kind="decline_cosigning", post=post, text=f"{row.proposer}不参加联名")
    tell_initiator(actor, locked, say("cosign_answered", locked, words=f"{row.proposer}不参加联名"))
    return row


@transaction.atomic
def withdraw_invitation(actor: User, *, invitation: Invitation, seen: str) -> Invitation:
    """The initiator takes an invitation back; a signature given on it counts no more. ``seen``: the state he was shown.
    Raises WrongStage when it has been answered since."""
    locked, row = _lock(invitation)
    post = insist(can(fresh(actor), "withdraw_invitation", row))
    if row.state != seen:
        not_done = "附议没有撤下" if row.by_himself else "邀请没有撤回"
        raise StateChanged(f"{row.proposer}刚刚答复：{row.shown_state}。{not_done}，请看过答复再决定。")
    row.state = INVITATION.get("withdraw_invitation").target or row.state
    row.save(update_fields=["state"])
    _leave(locked, row)
    text = f"撤下{row.proposer}的附议" if row.by_himself else f"撤回对{row.proposer}的联名邀请"
    record_event(actor, proposal=locked, kind="withdraw_invitation", post=post, text=text)
    notify(
        holders_of(roles=[Role.PROPOSER], proposer_ids=[row.proposer_id]),
        text=say("cosign_taken_off" if row.by_himself else "cosign_withdrawn", locked),
        link=reverse("notice-list"),
        but=actor,
    )
    return row


def names_of(members: Iterable[Proposer]) -> str:
    """A few names, and how many they are."""
    names = [one.name for one in members]
    return "、".join(names[:3]) + (f"等{len(names)}位委员" if len(names) > 3 else "")


def invitable() -> QuerySet[Proposer]:
    """Members in use who can be asked to sign."""
    return Proposer.objects.filter(is_active=True, kind__in=PERSONS)


def _members(wanted: Wanted) -> list[Proposer]:
    """The members meant, each with ``has_contact``: whether anybody can answer for him here (one query)."""
    meant = Q(pk__in=list(wanted.proposer_ids))
    if wanted.sector:
        meant |= Q(sector=wanted.sector)
    if wanted.group:
        meant |= Q(group=wanted.group)
    contacts = Post.objects.held_on(today()).filter(role=Role.PROPOSER, proposer=OuterRef("pk"))
    return list(invitable().filter(meant).annotate(has_contact=Exists(contacts)).order_by("name", "id"))


def _nobody(found: list[Proposer], without: list[str]) -> str:
    if without:
        return f"{'、'.join(without[:10])}在本平台没有账号，不能在线签名；可请提案委凭签名页代录。"
    if found:
        return "所选的委员都已经是提案者，或已经邀请过。"
    return "请勾选委员，或选择一个界别、委员小组。"


def _insist_on_finished_text(proposal: Proposal) -> None:
    missing = [label for name, label in PARTS.items() if not getattr(proposal, name).strip()]
    if missing:
        raise InvalidInput({"": f"受邀人要看完整的文字才能签名，请先填写{'、'.join(missing)}，再发邀请。"})


def _write(
    actor: User, proposal: Proposal, members: list[Proposer], message: str, due_on: date | None
) -> list[Invitation]:
    """The invitations with their clocks: four queries for any number."""
    calendar, rule = load_calendar(), rules_for(proposal).get(DeadlineKind.COSIGN)
    clocks = [
        build_deadline(
            proposal=proposal,
            kind=DeadlineKind.COSIGN,
            rule=rule,
            recipient_role=Role.PROPOSER,
            link=reverse("proposal-cosign", args=[proposal.pk]),
            starts_on=today(),
            calendar=calendar,
            whose=member,
            chosen=due_on,
            reason=CHOSEN_BY_INITIATOR,
        )
        for member in members
    ]
    Deadline.objects.bulk_create(clock for clock in clocks if clock is not None)
    return Invitation.objects.bulk_create(
        Invitation(
            proposal=proposal,
            proposer=member,
            message=message,
            deadline=clock,
            invited_by=actor,
            invited_at=now(),
        )
        for member, clock in zip(members, clocks, strict=True)
    )


def end_expired(rows: list[Invitation]) -> None:
    """These ran out and are made anew, or signed without."""
    if rows:
        target = INVITATION.get("lapse").target
        Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(state=target)
        Deadline.objects.filter(pk__in=[row.deadline_id for row in rows]).update(cancelled_at=now())


def _lock(invitation: Invitation) -> tuple[Proposal, Invitation]:
    """The case under its lock, and the invitation as it stands now."""
    locked = lock_proposal(invitation.proposal_id)
    row = Invitation.objects.select_related("proposer", "deadline").get(pk=invitation.pk)
    row.proposal = locked
    return locked, row


def _answered(actor: User, row: Invitation, *also: str) -> None:
    row.answered_by, row.answered_at = actor, now()
    row.save(update_fields=["state", "answered_by", "answered_at", *also])


def _leave(proposal: Proposal, row: Invitation) -> None:
    """No answer is awaited, and whoever had become a proposer by his signature is none any more."""
    drop_deadline(proposal=proposal, kind=DeadlineKind.COSIGN, whose=row.proposer)
    signed = ProposalProposer.objects.filter(proposal=proposal, proposer=row.proposer_id, is_cosigner=True)
    if signed.delete()[0]:
        index_proposal(proposal)


def tell_initiator(actor: User | None, proposal: Proposal, said: Said) -> None:
    """What became of an invitation or an open text, to the first proposer's contacts, or who typed the text for him."""
    people: list[int] = [proposal.created_by_id]
    if not proposal.created_by_committee:
        first = [row.proposer_id for row in proposal.proposal_proposers.all() if row.position == 1]
        people = holders_of(roles=[Role.PROPOSER], proposer_ids=first)
    notify_each(Telling(people, said, reverse("proposal-cosigners", args=[proposal.pk])), but=actor)


def open_state(invitation: Invitation) -> str:
    """How an invitation is told today: past its day it is expired, whatever is stored."""
    return "已过期" if invitation.is_expired_on(today()) else invitation.shown_state
