"""Filing: a draft is begun, saved as often as one likes, and handed in."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, prefetch_related_objects
from django.urls import reverse

from panjin_portal.lib.clock import now, start_of, today
from proposals.errors import EditConflict, InvalidInput, StateChanged, TextSigned
from proposals.models import PERSONS, Ask, Event, Invitation, Proposal, ProposalProposer, Role, Session, User
from proposals.permissions import can, can_file, posts_of
from proposals.services.content import PARTS, ProposalContent, as_text, checked, stored_content
from proposals.services.events import record_event
from proposals.services.formalities import has_signed_page
from proposals.services.indexing import index_proposal
from proposals.services.lengths import length_of_content
from proposals.services.locking import case_with_session, fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from proposals.services.printing import unprintable_fields
from proposals.services.signatures import (
    ask_signers_again,
    close_cosigning,
    count_signatures,
    drop_signers,
    forget_proposers,
    is_other_text,
    signatures_of,
)
from proposals.workflow import PROPOSAL, ProposalState
from proposals.workflow_cosigning import InvitationState

# Saves of one person in a row make one line of the timeline.
ONE_SITTING = timedelta(minutes=10)


@transaction.atomic
def create_draft(actor: User, *, content: ProposalContent, key: str = "") -> Proposal:
    """Begin a draft. ``key`` names the form it came from: the same form sent twice is refused (WrongStage).

    Raises NotAllowed for a person who may not file, InvalidInput for bad content or a session that is closed.
    """
    post = insist(can_file(fresh(actor)))
    # Two copies of one form queue up here, so the second one sees the event of the first. NO KEY: a colleague who puts
    # a notice into this person's list must not wait, for he may hold the session this draft goes into: a deadlock.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if key and Event.objects.filter(actor=actor, kind="file", data__key=key).exists():
        raise StateChanged("这份草稿刚才已经建立，没有重复建立。请在提案列表中打开它继续填写。")
    content = checked(content, must_explain=False)
    _insist_on_open_session(content)
    _insist_on_own_proposer(actor, content, by_committee=post.role == Role.COMMITTEE_STAFF)
    proposal = Proposal.objects.create(
        **_columns(content),
        created_by=actor,
        created_by_committee=post.role == Role.COMMITTEE_STAFF,
        created_at=now(),
    )
    _write_rows(proposal, content)
    index_proposal(proposal, asks=content.asks)
    record_event(actor, proposal=proposal, kind="file", post=post, text="建立提案草稿", data={"key": key})
    return proposal


@transaction.atomic
def save_draft(
    actor: User, *, proposal: Proposal, content: ProposalContent, version: int, knows_of: int = 0
) -> Proposal:
    """Save the whole content over version ``version``. The same content again, whatever the version, is no change.

    ``knows_of``: how many signatures the writer was shown. A text with more of them than he knows of is not changed
    (TextSigned); a change of what was signed asks all signers again.

    Raises EditConflict with both texts when somebody saved in between, InvalidInput, WrongStage, NotAllowed.
    """
    locked = lock_proposal(proposal.pk)
    prefetch_related_objects([locked], "proposal_proposers")
    post = insist(can(fresh(actor), "edit", locked))
    content = checked(content, must_explain=locked.stage is not ProposalState.DRAFT)
    _insist_on_own_proposer(actor, content, by_committee=locked.created_by_committee)
    stored = stored_content(locked)
    if content == stored:
        return locked
    if content.session_id != stored.session_id:
        _insist_on_open_session(content)
    rows = Proposal.objects.filter(pk=locked.pk, version=version)
    is_other = is_other_text(content, stored)
    # Who knows of no signature changes nothing that has one; told apart afterwards, so that most saves need not ask.
    signatures = count_signatures(locked) if is_other and knows_of else 0
    if is_other and signatures == 0:
        rows = rows.exclude(Exists(signatures_of(OuterRef("pk"))))
    elif signatures > knows_of and version == locked.version:
        raise TextSigned(signatures)
    if not rows.update(**_columns(content), version=F("version") + 1):
        if version == locked.version:
            raise TextSigned(count_signatures(locked))
        raise EditConflict(
            mine=as_text(content),
            theirs=as_text(stored),
            version=locked.version,
            is_own=_last_writer(locked) == actor.pk,
        )
    _write_rows(locked, content, stored)
    for name, value in _columns(content).items():
        setattr(locked, name, value)
    locked.version = version + 1
    index_proposal(locked, asks=content.asks)
    if gone := set(stored.proposer_ids) - set(content.proposer_ids):
        drop_signers(actor, proposal=locked, proposer_ids=gone)
    asked = ask_signers_again(locked) if signatures else []
    if asked:
        text = f"修改提案，{len(asked)}位签名的委员须重新确认"
        record_event(actor, proposal=locked, kind="ask_again", post=post, text=text, data={"version": locked.version})
    elif not _in_one_sitting(actor, locked):
        record_event(
            actor,
            proposal=locked,
            kind="edit",
            post=post,
            text="修改提案",
            data={"version": locked.version},
            clocks_moved=False,
        )
    return locked


@transaction.atomic
def submit(actor: User, *, proposal: Proposal) -> Proposal:
    """Hand the proposal in for review. Raises InvalidInput that names each field still missing."""
    locked = lock_proposal(proposal.pk, rows=case_with_session)
    prefetch_related_objects([locked], "proposal_proposers")
    post = insist(can(fresh(actor), "submit", locked))
    missing = missing_for_submission(locked)
    if missing:
        raise InvalidInput(missing)
    again = locked.stage is ProposalState.RETURNED
    late = is_late(locked)
    if late:
        locked.kind = Proposal.Kind.INTERIM
    locked.state = PROPOSAL.get("submit").target or locked.state
    locked.submitted_at = now()
    ended = close_cosigning(actor, proposal=locked)
    if ended.is_other_list:
        index_proposal(locked)
    text = ("修改后重新提交提案" if again else "提交提案") + ended.told
    if late:
        text += f"；已过本届截止日{locked.session.filing_cutoff}，作为平时提案"
    record_event(
        actor,
        proposal=locked,
        kind="submit",
        post=post,
        text=text,
        data={"version": locked.version},
        also=("state", "submitted_at", "kind"),
        clocks_moved=ended.lapsed > 0,
    )
    notify(
        holders_of(roles=[Role.COMMITTEE_STAFF]),
        text=say("submitted", locked),
        link=reverse("proposal-review", args=[locked.pk]),
        but=actor,
    )
    return locked


def kind_now(session: Session) -> Proposal.Kind:
    """The kind of a proposal begun today: after the last day of ``session`` for 会议提案 it would be late for one."""
    return Proposal.Kind.SESSION if today() <= session.filing_cutoff else Proposal.Kind.INTERIM


def is_late(proposal: Proposal) -> bool:
    """Whether ``proposal``, handed in now as 会议提案, becomes a 平时提案: it was first handed in after the last day
    of its session (DOMAIN 1.2). One that was in time stays so however often it is returned and comes back."""
    if proposal.kind != Proposal.Kind.SESSION:
        return False
    cutoff = proposal.session.filing_cutoff
    if today() <= cutoff:
        return False
    first = Event.objects.filter(proposal=proposal, kind="submit").order_by("number").values_list("at", flat=True)
    moment = first.first()
    return moment is None or moment >= start_of(cutoff + timedelta(days=1))


def missing_for_submission(proposal: Proposal) -> dict[str, str]:
    """Fields of the filing form that must be filled before handing in, each with what to do."""
    content = stored_content(proposal)
    missing = {
        name: f"提交前请填写{label}；草稿可以暂缺。"
        for name, label in PARTS.items()
        if not getattr(content, name).strip()
    }
    length = length_of_content(content)
    if length.fault:
        missing.setdefault("suggestions", length.fault)
    if length.needs_signed_page and proposal.created_by_committee and not has_signed_page(proposal):
        missing["signed_page"] = f"代录{length.kind}的提案，请上传签名或盖章的签章页扫描件。"
    if not content.asks:
        missing["asks"] = "请至少列出一条建议，可按“从具体建议自动分条”生成。"
    if not content.proposer_ids:
        missing["proposers"] = "请选择提案者。"
    elif len(content.proposer_ids) > 1 and (unasked := _never_asked(proposal)):
        missing["proposers"] = (
            f"{'、'.join(unasked)}没有签名：委员联名要由本人同意。请移出名单，再用“邀请联名”请他签名。"
        )
    if not content.publicity_consent and not content.publicity_reason:
        missing["publicity_reason"] = "不同意公开的，请写明理由（20字以内）。"
    if not proposal.session.is_open:
        missing["session"] = "这一届次已停止接收提案，请改选届次。"
    for name, told in unprintable_fields(content).items():
        missing.setdefault(name, told)
    return missing


def _never_asked(proposal: Proposal) -> list[str]:
    """Members behind the first whom their colleague put on the list by himself (DOMAIN 1.2: members sign). What the
    committee types it has on paper."""
    if proposal.created_by_committee:
        return []
    behind = proposal.proposal_proposers.filter(position__gt=1, is_cosigner=False, proposer__kind__in=PERSONS)
    signed = Invitation.objects.filter(proposal=proposal, state=InvitationState.ACCEPTED)
    return list(behind.exclude(proposer__in=signed.values("proposer")).values_list("proposer__name", flat=True))


def _insist_on_open_session(content: ProposalContent) -> None:
    if not Session.objects.filter(pk=content.session_id, is_open=True).exists():
        raise InvalidInput({"session": "这一届次不存在或已停止接收提案，请改选届次。"})


def _insist_on_own_proposer(actor: User, content: ProposalContent, *, by_committee: bool) -> None:
    """A contact files in the name of his own proposer, alone or with others; staff file for anybody."""
    own = {post.proposer_id for post in posts_of(actor) if post.role == Role.PROPOSER}
    if not by_committee and not own & set(content.proposer_ids):
        raise InvalidInput({"proposers": "提案者中应包括您所代表的提案者。"})


MORE = ("wants_meeting", "may_excerpt", "open_to_cosigning", "research", "raised_before")


def _columns(content: ProposalContent) -> dict[str, object]:
    names = ("session_id", "title", "kind", *PARTS, "topic_id", "publicity_consent", "publicity_reason", *MORE)
    return {name: getattr(content, name) for name in names}


def _write_rows(proposal: Proposal, content: ProposalContent, stored: ProposalContent | None = None) -> None:
    """Write proposers, asks and suggested bureaus where they changed. Asks have no other owner before registration,
    so a changed list is written anew."""
    if stored is None or stored.proposer_ids != content.proposer_ids:
        named = proposal.proposal_proposers.all()
        signers = set(named.filter(is_cosigner=True).values_list("proposer_id", flat=True)) if stored else set()
        named.delete()
        ProposalProposer.objects.bulk_create(
            ProposalProposer(proposal=proposal, proposer_id=pk, position=place, is_cosigner=pk in signers)
            for place, pk in enumerate(content.proposer_ids, start=1)
        )
        forget_proposers(proposal)
    if stored is None or stored.asks != content.asks:
        proposal.asks.all().delete()
        Ask.objects.bulk_create(
            Ask(proposal=proposal, position=place, text=text) for place, text in enumerate(content.asks, start=1)
        )
    if stored is None or stored.suggested_bureau_ids != content.suggested_bureau_ids:
        proposal.suggested_bureaus.set(content.suggested_bureau_ids)


def _last_writer(proposal: Proposal) -> int | None:
    """Key of who saved the text that stands: a further save of one sitting has no event of its own, but the same
    writer."""
    events = Event.objects.filter(proposal=proposal, kind__in=("file", "edit", "ask_again")).order_by("-number")
    return events.values_list("actor_id", flat=True).first()


def _in_one_sitting(actor: User, proposal: Proposal) -> bool:
    last = Event.objects.filter(proposal=proposal, number=proposal.last_event_number).first()
    return (
        last is not None
        and last.kind in {"file", "edit"}
        and last.actor_id == actor.pk
        and now() - last.at < ONE_SITTING
    )
