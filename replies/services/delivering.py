"""Delivery of an issued letter: one row for each proposer and each name of the copies list, and the first reading."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from panjin_portal.lib.clock import now
from panjin_portal.lib.kept import Kept, insert
from proposals.models import Bureau, Proposer, User
from proposals.permissions import posts_of, proposers_of
from proposals.services.events import record_event
from proposals.services.locking import lock_proposal
from replies.models import Delivery, Reply
from replies.services.letters import names_in
from replies.workflow import ReplyState


def deliver(reply: Reply, proposers: Sequence[Proposer]) -> list[Delivery]:
    """Enter the copies of the letter that is being issued (two queries); gives them, proposers first.

    A name of the copies list is a bureau's full or short name, or stands for somebody outside the portal.
    """
    copies = list(dict.fromkeys(names_in(reply.copies)))
    found = _named(tuple(copies)) if copies else ()
    bureaus = {name: bureau for bureau in found for name in (bureau.name, bureau.short_name)}
    moment = now()
    rows = [Delivery(reply=reply, proposer=one, name=one.name, delivered_at=moment) for one in proposers]
    rows += [Delivery(reply=reply, bureau=bureaus.get(name), name=name[:80], delivered_at=moment) for name in copies]
    return insert(rows)


@Kept
def _named(names: tuple[str, ...]) -> QuerySet[Bureau]:
    return Bureau.objects.filter(Q(name__in=names) | Q(short_name__in=names)).only("name", "short_name")


def record_reading(user: User, reply: Reply, deliveries: Sequence[Delivery] | None = None) -> None:
    """Note that ``user`` has opened the issued letter, for the proposers and bureaus he acts for, the first time only.

    One query when there is nothing to note, none when the ``deliveries`` of the reply are read already. The rows are
    claimed by a conditional UPDATE under the lock of the case: two people of one proposer opening the letter at once
    leave one reading and one event.
    """
    if reply.state != ReplyState.ISSUED:
        return
    bureaus = {post.bureau_id for post in posts_of(user) if post.bureau_id}
    his = Q(proposer__in=proposers_of(user)) | Q(bureau__in=bureaus)
    if deliveries is None:
        is_first = Delivery.objects.filter(his, reply=reply, read_at=None).exists()
    else:
        mine = proposers_of(user)
        unread = [row for row in deliveries if row.read_at is None]
        is_first = any(row.proposer_id in mine or row.bureau_id in bureaus for row in unread)
    if not is_first:
        return
    with transaction.atomic():
        proposal = lock_proposal(reply.proposal_id, even_archived=True)
        if proposal.archived_at is not None:  # who reads an archived letter changes nothing
            return
        rows = list(Delivery.objects.filter(his, reply=reply, read_at=None))
        if not rows:
            return
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(read_at=now(), read_by=user)
        post = next(
            one
            for one in posts_of(user)
            if any((one.proposer_id or 0) == row.proposer_id or (one.bureau_id or 0) == row.bureau_id for row in rows)
        )
        names = "、".join(row.name for row in rows)
        text = f"{names}首次打开答复函{reply.document_number}"
        record_event(user, proposal=proposal, kind="read_letter", post=post, text=text, data={"reply": reply.pk})
