"""Rows for every table that system management shows."""

from __future__ import annotations

from datetime import date

from axes.models import AccessAttempt

from panjin_portal.lib import clock
from proposals.models import (
    ConsultationMethod,
    HandlingRequest,
    IssuedNumber,
    LeaveCover,
    Mark,
    NumberingPattern,
    Post,
    Proposer,
    RejectionReason,
    ResultClass,
    ResultScheme,
    Review,
    ReviewStep,
    Session,
    SupervisionForm,
    Suspension,
    Topic,
    UrgingTemplate,
    Workday,
)
from proposals.models.organisations import Bureau
from proposals.services.events import record_event
from proposals.services.reminding import remind
from replies.models import (
    AssessmentItem,
    AwardRule,
    Bundle,
    ChecklistItem,
    Delivery,
    Feedback,
    FollowUp,
    HandlingRule,
    Promise,
    Publication,
    Redo,
    ReleaseStep,
    RenderedDocument,
    Reply,
)
from tests.proposals.reminders.clocks import DUE, case, morning, running
from tests.world import World, appoint, person


def fill(world: World, numbers: range) -> None:
    """One row more in every table for each of ``numbers``."""
    clerk_post = Post.objects.get(user=world.committee_staff)
    for number in numbers:
        proposal = case(world, f"{number:03}")
        running(world, of=world.sfj, proposal=proposal)
        running(world, of=world.minjian, kind="feedback", role="proposer", proposal=proposal)
        assignment = proposal.assignments.create(
            bureau=world.sfj, role="lead", assigned_by=world.office_staff, assigned_at=morning(DUE)
        )
        HandlingRequest.objects.create(
            assignment=assignment,
            kind="extension",
            text=f"申请{number}",
            asked_by=world.sfj_clerk,
            asked_at=morning(DUE),
            wanted_on=DUE,
        )
        with clock.at(morning(DUE)):
            record_event(world.committee_staff, proposal=proposal, kind="assign", text="交办", post=clerk_post)
            remind()
        common = {"reviewed_by": world.committee_staff, "post": clerk_post, "reviewed_at": morning(DUE)}
        reason = RejectionReason.objects.create(text=f"理由{number}")
        Review.objects.create(proposal=proposal, outcome="rejected", reason=reason, **common)
        IssuedNumber.objects.create(
            session=world.session,
            kind="session",
            value=number,
            printed=f"{number:03}",
            proposal=proposal,
            issued_at=morning(DUE),
        )
        marked = {"marked_by": world.committee_staff, "post": clerk_post, "marked_at": morning(DUE)}
        Mark.objects.create(proposal=proposal, kind="excellent", **marked)
        Suspension.objects.create(proposal=proposal, reason="等批复", started_on=DUE, started_by=world.office_staff)
        LeaveCover.objects.create(
            bureau=world.sfj,
            absent=world.sfj_clerk,
            substitute=world.sfj_clerk_colleague,
            starts_on=DUE,
            ends_on=DUE,
            set_by=world.sfj_leader,
            set_at=morning(DUE),
        )
        Bundle.objects.create(
            kind="letters",
            title=f"答复函{number}",
            key=str(number),
            created_by=world.committee_staff,
            post=clerk_post,
            created_at=morning(DUE),
            queued_at=morning(DUE),
        )
        _fill_replies(world, number, Reply(proposal=proposal, bureau=world.sfj, assignment=assignment))
        _fill_reference(world, number)


def _fill_replies(world: World, number: int, reply: Reply) -> None:
    reply.title = f"对第{number}号提案的答复"
    reply.addressee, reply.drafted_by, reply.created_at = "民建", world.sfj_clerk, morning(DUE)
    reply.save()
    moment = morning(DUE)
    Delivery.objects.create(reply=reply, proposer=world.minjian, name="民建", delivered_at=moment)
    rating = Feedback.objects.create(
        reply=reply,
        proposer=world.minjian,
        attitude="dissatisfied",
        result="dissatisfied",
        source="link",
        given_at=moment,
    )
    Redo.objects.create(reply=reply, feedback=rating, state="open", opened_at=moment)
    promise = Promise.objects.create(
        reply=reply, proposal=reply.proposal, bureau=world.sfj, text="办成", state="open", created_at=moment
    )
    FollowUp.objects.create(
        promise=promise, bureau=world.sfj, state="signing", text="办成了", written_by=world.sfj_clerk, created_at=moment
    )
    Publication.objects.create(
        reply=reply,
        proposal=reply.proposal,
        bureau=world.sfj,
        index_number=f"2111000001-{number}",
        title=reply.title,
        prepared_by=world.sfj_clerk,
        created_at=morning(DUE),
    )
    RenderedDocument.objects.create(
        reply=reply, kind="letter", letter={}, letter_digest=f"{number:064}", queued_at=morning(DUE)
    )
    ReleaseStep.objects.create(position=100 + number, name=f"环节{number}", role="leader", is_active=False)


def _fill_reference(world: World, number: int) -> None:
    bureau = Bureau.objects.create(name=f"单位{number}", short_name=f"局{number}", code=f"ju{number}")
    appoint(person(f"user{number}", f"人员{number}"), "clerk", bureau=bureau)
    Proposer.objects.create(kind="member", name=f"委员{number}", member_number=str(number))
    Workday.objects.create(date=date(2040, 1, 1 + number), is_working=False, is_confirmed=False)
    topic = Topic.objects.create(name=f"大类{number}")
    Topic.objects.create(name="小类", parent=topic)
    ReviewStep.objects.create(position=100 + number, name=f"环节{number}", is_active=False)
    SupervisionForm.objects.create(name=f"形式{number}")
    ConsultationMethod.objects.create(name=f"方式{number}")
    UrgingTemplate.objects.create(name=f"模板{number}", text="请抓紧办理。")
    NumberingPattern.objects.create(name=f"式样{number}", prefix=f"{number}")
    scheme = ResultScheme.objects.create(name=f"方案{number}")
    ResultClass.objects.create(scheme=scheme, code="A", meaning="解决")
    session = Session.objects.get(pk=world.session.pk)
    session.pk, session.term = None, 20 + number
    session.save()
    HandlingRule.objects.create(session=session)
    ChecklistItem.objects.create(name=f"要点{number}")
    AwardRule.objects.create(name=f"奖项{number}", subject="bureau")
    AssessmentItem.objects.create(name=f"项目{number}", points=5, source="hand", position=200 + number)
    request = {
        "user_agent": "test",
        "ip_address": "127.0.0.1",
        "username": f"u{number}",
        "http_accept": "",
        "path_info": "/",
    }
    AccessAttempt.objects.create(get_data="", post_data="", failures_since_start=1, **request)
