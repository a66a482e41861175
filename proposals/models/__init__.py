"""Tables of the ground floor, re-exported so that callers write ``from proposals.models import Proposal``."""

from proposals.models.assignments import Assignment
from proposals.models.calendar_feeds import CalendarFeed
from proposals.models.calendars import CalendarWarning, Workday
from proposals.models.cosigning import Invitation
from proposals.models.deadlines import Deadline, DeadlineRule
from proposals.models.events import Event, SiteChainHead
from proposals.models.feedback_forms import FeedbackField
from proposals.models.logins import Login
from proposals.models.marks import Mark, SupervisionForm
from proposals.models.notice_templates import NoticeTemplate
from proposals.models.organisations import Bureau, SealSample
from proposals.models.people import NoticeMail, Post, Role, User
from proposals.models.proposals import Ask, Attachment, Proposal, ProposalProposer, case_label
from proposals.models.proposers import PERSONS, Proposer, ProposerRule
from proposals.models.reminder_rules import GatewayAddress, ReminderRule
from proposals.models.reminders import Channel, Notice, OutgoingMail, Reminder
from proposals.models.requests import AssignmentPolicy, HandlingRequest, LeaveCover, ReturnReason, Suspension
from proposals.models.reviews import IssuedNumber, Review, ReviewStep, StepOpinion
from proposals.models.searching import SearchText
from proposals.models.sessions import Session, Silence
from proposals.models.slips import SlipAnswer, SlipFile, SupervisionSlip
from proposals.models.supervision import Urging, UrgingTemplate
from proposals.models.supervision_drafts import SupervisionDraft
from proposals.models.supervision_log import LogEntry, LogFile, LogRevision, SupervisionReport
from proposals.models.task_runs import TaskRun
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
    "CalendarWarning",
    "Channel",
    "ConsultationMethod",
    "Deadline",
    "DeadlineRule",
    "Event",
    "FeedbackField",
    "GatewayAddress",
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
    "ReminderRule",
    "ResultClass",
    "ResultScheme",
    "ReturnReason",
    "Review",
    "ReviewStep",
    "Role",
    "SealSample",
    "SearchText",
    "Session",
    "Silence",
    "SiteChainHead",
    "SlipAnswer",
    "SlipFile",
    "StepOpinion",
    "SupervisionDraft",
    "SupervisionForm",
    "SupervisionReport",
    "SupervisionSlip",
    "Suspension",
    "TaskRun",
    "Topic",
    "Urging",
    "UrgingTemplate",
    "User",
    "Workday",
    "case_label",
]
