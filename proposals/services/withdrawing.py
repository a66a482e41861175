"""撤案: the proposer takes his proposal back before it has been assigned (DOMAIN 1.4)."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from proposals.models import Proposal, Role, User
from proposals.permissions import can
from proposals.services.events import record_event
from proposals.services.indexing import index_title
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.merging import insist_without_merged
from proposals.services.notice_wording import say
from proposals.services.notices import Telling, contacts_of, holders_of, notify_each
from proposals.services.numbering import void_number
from proposals.services.signatures import lapse_invitations
from proposals.services.wording import demand_text, one_line
from proposals.workflow import PROPOSAL

REASON_MAX = 180  # stands in the register of numbers behind a few words of ours


@transaction.atomic
def withdraw_proposal(actor: User, *, proposal: Proposal, reason: str) -> Proposal:
    """End the case at the proposer's word. A number it had becomes void and is never given again."""
    locked = lock_proposal(proposal.pk)
    post = insist(can(fresh(actor), "withdraw_proposal", locked))
    insist_without_merged(locked)
    reason = one_line(demand_text(reason, field="reason", most=REASON_MAX, missing="请写明撤案的理由。"))
    number = locked.number
    if number:
        void_number(locked, reason=f"提案者撤案：{reason}")
        locked.number, locked.registered_at = "", None
    locked.state = PROPOSAL.get("withdraw_proposal").target or locked.state
    locked.save(update_fields=["state", "number", "registered_at"])
    if number:
        index_title(locked)
    lapse_invitations(actor, proposal=locked)
    text = "提案者撤案" + (f"，第{number}号作废" if number else "") + f"：{reason}"
    record_event(actor, proposal=locked, kind="withdraw_proposal", post=post, text=text, data={"number": number})
    page, list_page = reverse("proposal-detail", args=[locked.pk]), reverse("notice-list")
    told = say("withdrawn", locked, reason=reason)
    notify_each(
        Telling({*holders_of(roles=[Role.COMMITTEE_STAFF]), *contacts_of(locked)}, told, page),
        # The office knew the number; the case itself is no longer its to open.
        Telling(
            holders_of(roles=[Role.OFFICE_STAFF]) if number else (),
            say("withdrawn_number", locked, printed=number),
            list_page,
        ),
        but=actor,
    )
    return locked
