"""Recording talks with the proposers, their side of it, and what the session demands before a reply is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from panjin_portal.lib.clock import now
from panjin_portal.lib.uploads import CheckedUpload
from proposals.errors import InvalidInput
from proposals.models import PERSONS, Assignment, ConsultationMethod, Proposal, Proposer, Role, Session, User
from proposals.queries import addressed_proposers
from proposals.services.attachments import check_files
from proposals.services.events import record_event
from proposals.services.kept_files import kept_files
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import clerks_of, holders_of, notify
from proposals.services.wording import day_fault, demand_text
from replies.handling_workflow import SideState
from replies.models import Consultation, ConsultationFile, ConsultationSide, HandlingRule, Reply
from replies.permissions import can_amend_consultation, can_answer_consultation, can_record_consultation

LONGEST_PEOPLE, LONGEST_CONTENT = 200, 4000


@dataclass(frozen=True)
class Talk:
    """What the bureau tells of a talk. Without ``method`` it is the member's word that he needs no visit."""

    phase: str
    method: ConsultationMethod | None
    held_on: date
    people: str
    content: str

    def cleaned(self, session: Session) -> Talk:
        """With cleaned texts, about a case of ``session``. InvalidInput at the field that is missing or wrong."""
        if self.phase not in Consultation.Phase.values:
            raise InvalidInput({"phase": "请选择是办前、办中还是办后。"})
        if fault := day_fault(self.held_on, session, what="沟通日期"):
            raise InvalidInput({"held_on": fault})
        missing = "请写明沟通内容。" if self.method else "请写明委员提出不需要走访的理由。"
        content = demand_text(self.content, field="content", most=LONGEST_CONTENT, missing=missing)
        people = demand_text(self.people, field="people", most=LONGEST_PEOPLE, missing="请写明参加的人员。")
        return Talk(self.phase, self.method, self.held_on, people, content)


def amend_consultation(
    actor: User, *, consultation: Consultation, talk: Talk, files: Sequence[UploadedFile[Any]] = ()
) -> Consultation:
    """Put a corrected record in the place of ``consultation``, which stays with all that was said to it; the proposers
    are asked anew. NotAllowed for anybody but its writer, WrongStage when it was corrected before; else as
    ``record_consultation``."""
    insist(can_amend_consultation(fresh(actor), consultation))
    return record_consultation(actor, proposal=consultation.proposal, talk=talk, files=files, replaces=consultation)


def record_consultation(
    actor: User,
    *,
    proposal: Proposal,
    talk: Talk,
    files: Sequence[UploadedFile[Any]] = (),
    replaces: Consultation | None = None,
) -> Consultation:
    """Keep one talk of the actor's bureau with its files; the proposers are asked to look at it.

    InvalidInput at the fields of ``Talk`` or at ``attachments``. Files are checked and written before the transaction.
    """
    insist(can_record_consultation(fresh(actor), Assignment.objects.filter(proposal=proposal)))
    talk = talk.cleaned(proposal.session)
    uploads = check_files(files, already=set())
    with kept_files("consultations", files, uploads) as stored:
        return _enter(actor, proposal, talk, list(zip(uploads, stored, strict=True)), replaces)


@transaction.atomic
def _enter(
    actor: User,
    proposal: Proposal,
    talk: Talk,
    files: list[tuple[CheckedUpload, str]],
    replaces: Consultation | None,
) -> Consultation:
    locked = lock_proposal(proposal.pk)
    shares = Assignment.objects.filter(proposal=locked).select_related("bureau")
    may = can_record_consultation(fresh(actor), shares)
    post = insist(can_amend_consultation(actor, replaces) if replaces is not None and may else may)
    bureau = next(one.bureau for one in shares if one.bureau_id == post.bureau_id)
    proposers = addressed_proposers(locked.pk)  # 并案: those of merged cases talk and look at the record too
    row = Consultation.objects.create(
        proposal=locked,
        bureau=bureau,
        phase=talk.phase,
        method=talk.method,
        is_waiver=talk.method is None,
        held_on=talk.held_on,
        people=talk.people,
        content=talk.content,
        recorded_by=actor,
        post=post,
        recorded_at=now(),
        replaces=replaces,
    )
    ConsultationSide.objects.bulk_create(
        ConsultationSide(consultation=row, proposer=proposer) for proposer in proposers
    )
    ConsultationFile.objects.bulk_create(
        ConsultationFile(
            consultation=row,
            file=name,
            name=upload.name,
            content_type=upload.content_type,
            size=upload.size,
            sha256=upload.sha256,
        )
        for upload, name in files
    )
    done = "更正" if replaces else "记录"
    record_event(
        actor,
        proposal=locked,
        kind="amend_consultation" if replaces else "record_consultation",
        post=post,
        text=f"{bureau.short_name}{done}{row.get_phase_display()}沟通（{row.how}，{row.held_on}）",
        data={
            "consultation": row.pk,
            "replaces": replaces.pk if replaces else None,
            "is_waiver": row.is_waiver,
            "files": [upload.sha256 for upload, _ in files],
        },
    )
    what = f"{done}了您提出不需要走访" if row.is_waiver else f"{done}了与您的{row.get_phase_display()}沟通"
    link = reverse("consultation-detail", args=[row.pk])
    people = holders_of(roles=[Role.PROPOSER], proposer_ids=[one.pk for one in proposers])
    told = say("consultation_recorded", locked, bureau=bureau.short_name, words=what)
    notify(people, text=told, link=link, but=actor)
    return row


@transaction.atomic
def answer_consultation(actor: User, *, consultation: Consultation, correction: str = "") -> ConsultationSide:
    """Say for the actor's proposer that the record is right, or put his own text beside it (``correction``).

    WrongStage when he has said so before. Neither text is ever changed.
    """
    proposal = lock_proposal(consultation.proposal_id)
    consultation = Consultation.objects.select_related("bureau", "method").get(pk=consultation.pk)
    sides = list(consultation.sides.select_related("proposer"))
    post = insist(can_answer_consultation(fresh(actor), consultation, sides))
    text = demand_text(correction, field="text", most=LONGEST_CONTENT)
    side = next(one for one in sides if one.proposer_id == post.proposer_id)
    side.state = SideState.CORRECTED if text else SideState.CONFIRMED
    side.text, side.given_by, side.given_at = text, actor, now()
    side.save(update_fields=["state", "text", "given_by", "given_at"])
    said = "对沟通记录另作说明" if text else "核对沟通记录，情况属实"
    record_event(
        actor,
        proposal=proposal,
        kind="correct_consultation" if text else "confirm_consultation",
        post=post,
        text=f"{side.proposer}{said}（{consultation.bureau.short_name}，{consultation.held_on}）",
        data={"consultation": consultation.pk, "proposer": side.proposer_id},
    )
    link = reverse("consultation-detail", args=[consultation.pk])
    told = say("consultation_answered", proposal, proposer=side.proposer, words=said)
    notify(clerks_of([consultation.bureau_id], still_in=proposal), text=told, link=link, but=actor)
    return side


def missing_consultation(reply: Reply, rule: HandlingRule) -> str:
    """Why ``reply`` may not go on to signing: the talk the session demands of its bureau; "" when nothing is missing.

    A waiver counts where the rule says so and as long as no proposer has contradicted it (at most two queries). An
    import that is drafted anew was never assigned here, so nobody here could have talked.
    """
    if rule.consultation == HandlingRule.Consultation.NONE or reply.assignment_id is None:
        return ""
    if rule.consultation == HandlingRule.Consultation.MEMBERS:
        members = Proposer.objects.filter(proposals=reply.proposal_id, kind__in=PERSONS)
        if not members.exists():
            return ""
    contradicted = ConsultationSide.objects.filter(consultation=OuterRef("pk"), state=SideState.CORRECTED)
    counting = Q(is_waiver=False)
    if rule.waiver_counts:
        counting |= Q(~Exists(contradicted), is_waiver=True)
    standing = Consultation.objects.filter(counting, replaced_by=None)
    if standing.filter(proposal=reply.proposal_id, bureau=reply.bureau_id).exists():
        return ""
    instead = "；委员本人提出不需要走访的，也请如实记录" if rule.waiver_counts else ""
    return f"按本届规则，答复送签前至少要与提案者沟通一次，本单位还没有沟通记录。请先记录沟通情况{instead}。"
