"""Tables of the ground floor, re-exported so that callers write ``from proposals.models import Proposal``."""

from proposals.models.assignments import Assignment
from proposals.models.calendar_feeds import CalendarFeed
from proposals.models.calendars import Workday
from proposals.models.cosigning import Invitation
from proposals.models.deadlines import Deadline, DeadlineRule
from proposals.models.events import Event, SiteChainHead
from proposals.models.feedback_forms import FeedbackField
from proposals.models.logins import Login
from proposals.models.marks import Mark, SupervisionForm
from proposals.models.notice_templates import NoticeTemplate
from proposals.models.organisations import Bureau
from proposals.models.people import NoticeMail, Post, Role, User
from proposals.models.proposals import Ask, Attachment, Proposal, ProposalProposer, case_label
from proposals.models.proposers import PERSONS, Proposer, ProposerRule
from proposals.models.reminders import Notice, OutgoingMail, Reminder
from proposals.models.requests import AssignmentPolicy, HandlingRequest, LeaveCover, ReturnReason, Suspension
from proposals.models.reviews import IssuedNumber, Review, ReviewStep, StepOpinion
from proposals.models.searching import SearchText
from proposals.models.sessions import Session, Silence
from proposals.models.slips import SlipAnswer, SlipFile, SupervisionSlip
from proposals.models.supervision import Urging, UrgingTemplate
from proposals.models.supervision_log import LogEntry, LogFile, LogRevision, SupervisionReport
from proposals.models.vocabulary import (
    ConsultationMethod,
    NumberingPattern,
    RejectionReason,
    ResultClass,
    ResultScheme,
    Topic,
)

__all__ = [
    "PERSONS",
    "Ask",
    "Assignment",
    "AssignmentPolicy",
    "Attachment",
    "Bureau",
    "CalendarFeed",
    "ConsultationMethod",
    "Deadline",
    "DeadlineRule",
    "Event",
    "FeedbackField",
    "HandlingRequest",
    "Invitation",
    "IssuedNumber",
    "LeaveCover",
    "LogEntry",
    "LogFile",
    "LogRevision",
    "Login",
    "Mark",
    "Notice",
    "NoticeMail",
    "NoticeTemplate",
    "NumberingPattern",
    "OutgoingMail",
    "Post",
    "Proposal",
    "ProposalProposer",
    "Proposer",
    "ProposerRule",
    "RejectionReason",
    "Reminder",
    "ResultClass",
    "ResultScheme",
    "ReturnReason",
    "Review",
    "ReviewStep",
    "Role",
    "SearchText",
    "Session",
    "Silence",
    "SiteChainHead",
    "SlipAnswer",
    "SlipFile",
    "StepOpinion",
    "SupervisionForm",
    "SupervisionReport",
    "SupervisionSlip",
    "Suspension",
    "Topic",
    "Urging",
    "UrgingTemplate",
    "User",
    "Workday",
    "case_label",
]
