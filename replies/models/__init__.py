"""Tables of the upper floor, re-exported so that callers write ``from replies.models import Reply``."""

from replies.models.archives import ArchivePackage
from replies.models.assessments import AssessmentItem, AssessmentScore, AssessmentSheet
from replies.models.awards import Award, AwardJudge, AwardRule, Ballot, Nomination
from replies.models.bundles import Bundle, BundleFile
from replies.models.changes import CountersignChange
from replies.models.checklist import ChecklistItem, ChecklistMark
from replies.models.clearance import ClearanceStep, Countersignature
from replies.models.consultations import Consultation, ConsultationFile, ConsultationSide
from replies.models.deliveries import Delivery
from replies.models.documents import RenderedDocument
from replies.models.feedback import Feedback, RatingLink, Redo
from replies.models.imports import ImportBatch, ImportedSource, ImportItem
from replies.models.matrix import MatrixRow
from replies.models.opinions import CoHandlerOpinion
from replies.models.promises import FollowUp, Promise, PromiseCheck
from replies.models.publications import Publication, ReleaseDecision, ReleaseStep
from replies.models.replies import DocumentNumber, Reply, ReplySection
from replies.models.revisions import Revision
from replies.models.rules import HandlingRule
from replies.models.searching import PublicSearchText

__all__ = [
    "ArchivePackage",
    "AssessmentItem",
    "AssessmentScore",
    "AssessmentSheet",
    "Award",
    "AwardJudge",
    "AwardRule",
    "Ballot",
    "Bundle",
    "BundleFile",
    "ChecklistItem",
    "ChecklistMark",
    "ClearanceStep",
    "CoHandlerOpinion",
    "Consultation",
    "ConsultationFile",
    "ConsultationSide",
    "CountersignChange",
    "Countersignature",
    "Delivery",
    "DocumentNumber",
    "Feedback",
    "FollowUp",
    "HandlingRule",
    "ImportBatch",
    "ImportItem",
    "ImportedSource",
    "MatrixRow",
    "Nomination",
    "Promise",
    "PromiseCheck",
    "PublicSearchText",
    "Publication",
    "RatingLink",
    "Redo",
    "ReleaseDecision",
    "ReleaseStep",
    "RenderedDocument",
    "Reply",
    "ReplySection",
    "Revision",
]
