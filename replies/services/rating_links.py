"""One-time links by mail for proposers without an account (DOMAIN 1.10).

The token is reckoned from the server's secret and a salt in the row; the row keeps its hash only, and the mail is made
at the moment it is sent. So neither the database nor a stored mail opens the form.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from kombu.exceptions import OperationalError as BrokerDown

from panjin_portal.lib.clock import day_of, now, today
from panjin_portal.lib.typed_codes import as_typed, code_of
from proposals.errors import InvalidInput, PortalError, StateChanged
from proposals.models import Post, Proposal, Proposer, Role, User
from proposals.permissions import Decision
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from replies.models import Feedback, RatingLink, Reply
from replies.permissions import can
from replies.services.feedback import OUTDATED, Rating, insist_unrated, store_rating, unrated_proposers

log = logging.getLogger(__name__)

TYPED = "c-"  # begins the salt of a row whose token is a code
PAUSE, MOST_ATTEMPTS, BATCH = timedelta(minutes=10), 8, 100


class LinkOver(PortalError):
    """The link was used, taken back, or has run out (410)."""

    status = 410


def token_of(salt: str) -> str:
    """The secret part of the address: a code that can be typed from the printed form; 43 characters for a row made
    before there were such codes."""
    mac = hmac.new(settings.SECRET_KEY.encode(), b"rating-link:" + salt.encode(), hashlib.sha256).digest()
    if salt.startswith(TYPED):
        return code_of(mac)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """What the table knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def without_account(proposers: Iterable[Proposer]) -> list[Proposer]:
    """Those that have an address for mail and nobody who could log in for them (one query; none without addresses)."""
    found = [one for one in proposers if one.email]
    if not found:
        return []
    reached = with_account(found)
    return [one for one in found if one.pk not in reached]


def with_account(proposers: Iterable[Proposer]) -> set[int]:
    """Keys of those somebody can log in for today (one query)."""
    held = Post.objects.held_on(today()).filter(role=Role.PROPOSER, proposer__in=proposers, user__is_active=True)
    return set(held.values_list("proposer_id", flat=True))


def make_links(actor: User, *, proposal: Proposal, reply: Reply, proposers: Iterable[Proposer]) -> None:
    """A link for each of ``proposers``, to be mailed once the transaction has ended well."""
    moment = now()
    rows = []
    for proposer in proposers:
        salt = TYPED + secrets.token_hex(15)
        rows.append(
            RatingLink(
                reply=reply,
                proposer=proposer,
                salt=salt,
                token_hash=hash_of(token_of(salt)),
                sent_by=actor,
                created_at=moment,
                expires_at=moment + timedelta(days=proposal.session.rating_link_days),
                next_try_at=moment,
            )
        )
    if rows:
        RatingLink.objects.bulk_create(rows)
        transaction.on_commit(_hand_over)


def _hand_over() -> None:
    from replies.tasks import mail_rating_links as task

    try:
        task.apply_async(retry=False)
    except (BrokerDown, OSError) as error:
        log.warning("queue not reachable, links to rate wait for the sweep: %s", error)


def may_send_link(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may mail a new link: staff of both offices, while somebody has not rated."""
    decision = can(user, "send_rating_link", reply)
    if decision and reply.is_outdated:
        return Decision(False, OUTDATED, decision.post)
    if decision and not linkable(reply):
        return Decision(
            False, "没有还未评价、登记了邮箱的提案者；请先在系统管理里登记邮箱，或录入纸质表。", decision.post
        )
    return decision


def linkable(reply: Reply) -> list[Proposer]:
    """Proposers that have not rated and have an address."""
    return [one for one in unrated_proposers(reply) if one.email]


@transaction.atomic
def send_link(actor: User, *, reply: Reply, proposer: Proposer) -> RatingLink:
    """Mail a new link; an earlier one for the same proposer opens nothing any more."""
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("proposal__session").get(pk=reply.pk)
    post = insist(may_send_link(fresh(actor), reply))
    if proposer not in linkable(reply):
        raise InvalidInput({"proposer": "这位提案者已经评价过，或没有登记邮箱。"})
    live = RatingLink.objects.filter(reply=reply, proposer=proposer, used_at=None, revoked_at=None)
    live.update(revoked_at=now())
    make_links(actor, proposal=proposal, reply=reply, proposers=[proposer])
    record_event(
        actor,
        proposal=proposal,
        kind="send_rating_link",
        post=post,
        text=f"向{proposer}发送评价链接",
        data={"reply": reply.pk, "proposer": proposer.pk},
    )
    return live.get()


def find_link(token: str) -> RatingLink | None:
    """The row of ``token``, whatever became of it; None for one that was never given out."""
    rows = RatingLink.objects.select_related("reply__proposal__session", "reply__bureau", "proposer")
    return rows.filter(token_hash__in={hash_of(token), hash_of(as_typed(token))}).first()


def insist_live(link: RatingLink) -> None:
    """LinkOver, with what to do instead, unless the link still opens the form."""
    if link.used_at is not None:
        raise LinkOver("这个链接已经用过，评价已收到。每个链接只能用一次。")
    if link.revoked_at is not None:
        raise LinkOver("这个链接已经作废，请用最近一封邮件里的链接，或联系市政协提案委。")
    if link.expires_at <= now():
        raise LinkOver("这个链接已经过期，请联系市政协提案委重新发送。")


@transaction.atomic
def rate_by_link(token: str, *, rating: Rating) -> Feedback:
    """Store the rating of the proposer the link was made for, once. LinkOver for a link that is no more, WrongStage
    when he has rated another way, InvalidInput (then the link stays good)."""
    link = find_link(token)
    if link is None:
        raise LinkOver("没有这个链接，请核对邮件里或表上的地址是否完整。")
    proposal = lock_proposal(link.reply.proposal_id)
    link = RatingLink.objects.select_related("proposer").get(pk=link.pk)
    reply = Reply.objects.select_related("bureau", "proposal").get(pk=link.reply_id)
    insist_live(link)
    insist_unrated(reply, link.proposer)
    used = RatingLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(used_at=now())
    if not used:
        raise StateChanged("这个链接刚才已经用过。")
    return store_rating(
        proposal=proposal,
        reply=reply,
        proposer=link.proposer,
        rating=rating,
        actor=None,
        post=None,
        source=Feedback.Source.LINK,
    )


def mail_waiting_links() -> int:
    """Mail what waits; gives how many went out. A mail that fails is tried again after a pause, at most eight times."""
    moment = now()
    live = RatingLink.objects.filter(mailed_at=None, used_at=None, revoked_at=None, expires_at__gt=moment)
    waiting = live.filter(next_try_at__lte=moment, attempts__lt=MOST_ATTEMPTS)
    sent = 0
    for pk in list(waiting.order_by("id").values_list("pk", flat=True)[:BATCH]):
        claimed = waiting.filter(pk=pk).update(next_try_at=moment + PAUSE, attempts=F("attempts") + 1)
        if claimed and _mail(find_by_key(pk)):
            sent += 1
    return sent


def find_by_key(pk: int) -> RatingLink:
    """The row with what its mail says."""
    return RatingLink.objects.select_related("reply__proposal", "reply__bureau", "proposer").get(pk=pk)


def _mail(link: RatingLink) -> bool:
    address = settings.PUBLIC_BASE_URL + reverse("rating-link", args=[token_of(link.salt)])
    proposal = link.reply.proposal
    body = (
        f"{link.proposer.name}：\n\n{link.reply.bureau.name}已答复您的提案“{proposal.title}”（{proposal.label}）。"
        f"请打开下面的链接查看答复并评价，链接只供您本人使用一次，{day_of(link.expires_at).isoformat()}前有效：\n\n{address}\n\n"
        f"请不要转发这封邮件。\n{settings.SITE_NAME}\n"
    )
    try:
        EmailMessage(subject=f"请评价提案答复：{proposal.title}"[:150], body=body, to=[link.proposer.email]).send()
    except Exception as error:  # any fault of a mail server is this mail's, not the run's
        log.warning("link to rate %s: attempt %s failed: %s", link.pk, link.attempts, type(error).__name__)
        return False
    RatingLink.objects.filter(pk=link.pk).update(mailed_at=now())
    return True
