"""不予公开: the leader decides that a reply is not made public, with a reason (DOMAIN 1.14: one public attribute is
chosen), and may take the decision back. Nothing is owed to the public meanwhile."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from panjin_portal.lib.clock import today
from proposals.errors import WrongStage
from proposals.models import Post, Proposal, Role, User
from proposals.models.deadlines import DeadlineKind
from proposals.services.calendar import load_calendar
from proposals.services.deadlines import drop_deadline, open_deadline
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import Said, say
from proposals.services.wording import demand_text, one_line
from replies.models import Publication
from replies.permissions import can
from replies.services.telling import Message, tell
from replies.workflow import PublicationState

LONGEST_REASON = 200
MISSING = "请写明不予公开的理由和依据。"


@transaction.atomic
def withhold(actor: User, *, publication: Publication, reason: str) -> Publication:
    """Decide that the reply is not made public; its clock stops. Raises NotAllowed for anybody but the bureau's
    leader, WrongStage, InvalidInput (reason)."""
    proposal, row, post = _locked(actor, publication, "withhold")
    reason = one_line(demand_text(reason, field="reason", most=LONGEST_REASON, missing=MISSING))
    row.state, row.withhold_reason = PublicationState.WITHHELD, reason
    row.save(update_fields=["state", "withhold_reason"])
    drop_deadline(proposal=proposal, kind=DeadlineKind.PUBLICATION, whose=row.bureau)
    text = say("withheld", proposal, bureau=row.bureau.short_name, reason=reason)
    _tell(actor, proposal, row, post, "withhold", f"决定不予公开答复：{reason}", text)
    return row


@transaction.atomic
def lift_withholding(actor: User, *, publication: Publication) -> Publication:
    """The reply is to be published after all: its clock starts anew today, unless it was public once before. Raises
    NotAllowed, WrongStage."""
    proposal, row, post = _locked(actor, publication, "lift_withholding")
    row.state, row.withhold_reason = PublicationState.PREPARING, ""
    row.save(update_fields=["state", "withhold_reason"])
    if not Publication.objects.filter(reply=row.reply_id).exclude(published_at=None).exists():
        open_deadline(
            proposal=proposal,
            kind=DeadlineKind.PUBLICATION,
            recipient_role=Role.CLERK,
            link=reverse("publication-prepare", args=[row.reply_id]),
            starts_on=today(),
            calendar=load_calendar(),
            whose=row.bureau,
        )
    text = say("withholding_lifted", proposal, bureau=row.bureau.short_name)
    _tell(actor, proposal, row, post, "lift_withholding", "撤销不予公开的决定，继续准备公开", text)
    return row


def _locked(actor: User, publication: Publication, action: str) -> tuple[Proposal, Publication, Post]:
    proposal = lock_proposal(publication.proposal_id)
    row = Publication.objects.select_related("bureau", "reply").get(pk=publication.pk)
    row.proposal = proposal
    post = insist(can(fresh(actor), action, row))
    if row.reply.is_outdated:  # the running clock is that of the next answer
        raise WrongStage("这件提案已经再次答复，请对最近一次答复的公开作决定。")
    return proposal, row, post


def _tell(actor: User, proposal: Proposal, row: Publication, post: Post, action: str, words: str, told: Said) -> None:
    record_event(actor, proposal=proposal, kind=action, post=post, text=words, data={"publication": row.pk})
    link = reverse("publication-detail", args=[row.pk])
    offices = Message([Role.COMMITTEE_STAFF, Role.OFFICE_STAFF], told, link)
    tell(Message([Role.CLERK], told, link, bureau_id=row.bureau_id), offices, but=actor)
