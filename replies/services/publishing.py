"""Preparing a publication and sending it into the release chain (DOMAIN 1.14). The chain itself is ``release``."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from panjin_portal.lib.clock import now, today
from proposals.errors import EditConflict, InvalidInput, WrongStage
from proposals.models import Role, User
from proposals.permissions import Decision, find_post
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from replies.answer_matrix import annex_of, thaw
from replies.documents.letter import Letter, digest, from_dict, plain_text, public_copy, to_dict
from replies.models import Publication, ReleaseStep, Reply
from replies.permissions import can
from replies.redaction import LABELS, find_personal_data
from replies.services import metadata as meta
from replies.services.metadata import Metadata
from replies.services.rendering import queue_public_copy
from replies.workflow import REPLY, PublicationState, ReplyState

PUBLISHABLE = (ReplyState.ISSUED, ReplyState.CONFIRMED)
LONGEST_REASON = 100


@dataclass(frozen=True)
class Finding:
    """Personal data found in a public text. ``key`` names this kind and text, so an old form confirms nothing else."""

    key: str
    kind: str
    label: str
    text: str
    around: str


def may_prepare(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may open the publication of ``reply``: its bureau's clerk, after issue or confirmed import."""
    post = find_post(user, [Role.CLERK], bureau_ids=[reply.bureau_id])
    if post is None:
        return Decision(False, "公开由答复单位的经办人准备，您没有对应的岗位。")
    if reply.state not in PUBLISHABLE:
        return Decision(False, f"答复现在是“{REPLY.label_of(reply.state)}”，印发后才能准备公开。", post)
    if reply.is_outdated:
        return Decision(False, "这件提案已经再次答复，请公开最近一次答复。", post)
    return Decision(True, "", post)


def live_publication(reply: Reply) -> Publication | None:
    """The publication of ``reply`` that is under way or out; None when there is none or it was taken down."""
    return reply.publications.exclude(state=PublicationState.UNPUBLISHED).first()


def signed_letter(reply: Reply) -> Letter:
    """The frozen text of a signed or confirmed reply. Raises WrongStage when it is not what was signed."""
    if not reply.signed_letter:
        raise WrongStage("答复还没有签发的文本，不能公开。")
    letter = from_dict(reply.signed_letter)
    if digest(letter) != reply.signed_digest:
        raise WrongStage("签发文本与签发时的摘要不一致，已停止公开，请联系管理员核查。")
    return letter


@transaction.atomic
def prepare_publication(actor: User, *, reply: Reply) -> Publication:
    """Open the publication of a reply: index number generated, the other metadata proposed. When one is open already,
    it is given back. Raises WrongStage before issue, NotAllowed for anybody but the bureau's clerks."""
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau", "proposal__topic__parent", "source").get(pk=reply.pk)
    post = insist(may_prepare(fresh(actor), reply))
    existing = live_publication(reply)
    if existing is not None:
        return existing
    marked = meta.marked_not_public(reply)
    if marked:
        raise WrongStage(f"原件标注“{marked}”，不能主动公开。")
    letter = signed_letter(reply)
    printed = str(meta.printed_metadata(reply).get("index_number") or "")
    year = (letter.signed_on or today()).year
    publication = Publication.objects.create(
        reply=reply,
        proposal=proposal,
        bureau=reply.bureau,
        index_number=meta.assign_index_number(reply.bureau, year),
        original_index_number=printed[:40],
        prepared_by=actor,
        created_at=now(),
        **_cut(meta.tidy(meta.propose(reply, letter))).as_fields(),
    )
    record_event(
        actor,
        proposal=proposal,
        kind="prepare_publication",
        post=post,
        text=f"准备公开，索引号{publication.index_number}",
        data={"publication": publication.pk, "index_number": publication.index_number},
    )
    return publication


@transaction.atomic
def save_metadata(actor: User, *, publication: Publication, metadata: Metadata, version: int) -> Publication:
    """Store the edited metadata; blanks are allowed until the release starts. Raises InvalidInput, WrongStage,
    NotAllowed, and EditConflict when ``version`` is no longer the stored one."""
    lock_proposal(publication.proposal_id)
    row = Publication.objects.select_related("reply__source", "bureau").get(pk=publication.pk)
    insist(can(fresh(actor), "prepare_publication", row))
    metadata = meta.tidy(metadata)
    found = meta.faults(metadata, is_import=row.reply.state == ReplyState.CONFIRMED)
    if found:
        raise InvalidInput(found)
    changed = Publication.objects.filter(pk=row.pk, version=version).update(
        version=F("version") + 1, **metadata.as_fields()
    )
    if not changed:
        raise EditConflict(mine=_as_text(metadata), theirs=_as_text(meta.metadata_of(row)), version=row.version)
    row.refresh_from_db()
    return row


def public_letter(publication: Publication) -> Letter:
    """What would be published: the signed text without contact and copies, with the answer matrix as an annex where the
    session says so. Only before the text is frozen."""
    letter = public_copy(signed_letter(publication.reply))
    matrix = publication.reply.signed_matrix if publication.proposal.session.matrix_in_public else None
    return replace(letter, annexes=(annex_of(thaw(matrix)),) if matrix else ())


def findings(publication: Publication) -> list[Finding]:
    """Personal data in the public text and the metadata, each place once."""
    text = "\n".join([plain_text(public_letter(publication)), publication.title, publication.keywords])
    found: dict[str, Finding] = {}
    for hit in find_personal_data(text):
        key = hashlib.sha256(f"{hit.kind}:{hit.text}".encode()).hexdigest()[:16]
        around = text[max(0, hit.start - 12) : hit.end + 12].replace("\n", " ")
        found.setdefault(key, Finding(key, hit.kind.value, LABELS[hit.kind], hit.text, around))
    return list(found.values())


@transaction.atomic
def start_release(actor: User, *, publication: Publication, harmless: Mapping[str, str]) -> Publication:
    """Freeze the public text and send it to the first step of the chain.

    ``harmless`` gives, for the key of each finding, why it may stay. Raises InvalidInput (field = column, or
    ``harmless_{key}``) while metadata have gaps or a finding has no reason; WrongStage; NotAllowed.
    """
    proposal = lock_proposal(publication.proposal_id)
    row = Publication.objects.select_related("reply__bureau", "bureau", "proposal__session").get(pk=publication.pk)
    post = insist(can(fresh(actor), "start_release", row))
    if row.reply.state not in PUBLISHABLE:
        raise WrongStage(f"答复现在是“{REPLY.label_of(row.reply.state)}”，不能再公开。")
    if row.reply.is_outdated:
        raise WrongStage("这件提案已经再次答复，请公开最近一次答复。")
    hits = findings(row)
    wrong = {**meta.gaps(meta.metadata_of(row)), **_unexplained(hits, harmless)}
    if wrong:
        raise InvalidInput(wrong)
    first = ReleaseStep.objects.filter(is_active=True).order_by("position").first()
    if first is None:
        raise WrongStage("还没有设置公开审查环节，请系统管理员先在后台设置。")
    letter = public_letter(row)
    row.letter, row.letter_digest = to_dict(letter), digest(letter)
    row.state, row.round, row.version = PublicationState.RELEASING, row.round + 1, row.version + 1
    row.save(update_fields=["letter", "letter_digest", "state", "round", "version"])
    reasons = [{"kind": hit.kind, "reason": harmless[hit.key].strip()} for hit in hits]
    record_event(
        actor,
        proposal=proposal,
        kind="start_release",
        post=post,
        text=f"公开文本送{first.name}" + (f"，{len(hits)}处疑似个人信息已逐处说明" if hits else ""),
        data={
            "publication": row.pk,
            "round": row.round,
            "letter_digest": row.letter_digest,
            "personal_data": dict(Counter(hit.kind for hit in hits)),
            "reasons": reasons,
        },
    )
    queue_public_copy(row)
    notify(
        holders_of(roles=[first.role], bureau_id=row.bureau_id),
        text=say("to_release", proposal, step=first.name),
        link=reverse("publication-detail", args=[row.pk]),
        but=actor,
    )
    return row


def _unexplained(hits: list[Finding], harmless: Mapping[str, str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for hit in hits:
        reason = harmless.get(hit.key, "").strip()
        if not reason:
            wrong[f"harmless_{hit.key}"] = f"疑似{hit.label}。确属可以公开的，请写明理由；否则请退回修改答复。"
        elif len(reason) > LONGEST_REASON:
            wrong[f"harmless_{hit.key}"] = f"理由最多{LONGEST_REASON}字。"
        elif find_personal_data(reason):
            wrong[f"harmless_{hit.key}"] = "理由里请不要再写号码、地址等个人信息。"
    return wrong


def _cut(metadata: Metadata) -> Metadata:
    """Proposed values within the columns; a page may print more than fits."""
    return Metadata(
        title=metadata.title[:200],
        issuing_body=metadata.issuing_body[:80],
        created_on=metadata.created_on,
        document_number=metadata.document_number[:60],
        topic_class=metadata.topic_class[:60],
        keywords=metadata.keywords[:120],
    )


def _as_text(metadata: Metadata) -> str:
    return "\n".join(
        f"{meta.LABELS[name]}：{getattr(metadata, name) or ''}"
        for name in ("title", "issuing_body", "created_on", "document_number", "topic_class", "keywords")
    )
