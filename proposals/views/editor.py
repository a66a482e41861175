"""The edit page of a draft: the long form and its rows of asks, in the states the page can be in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from panjin_portal.lib.diff import merge_view
from proposals.errors import EditConflict, InvalidInput, TextSigned
from proposals.forms.fields import is_id
from proposals.forms.filing import AskFormSet, BaseAskFormSet, FilingForm, initial_of, rows_of
from proposals.models import Proposal, Review, User
from proposals.permissions import can
from proposals.services.attachments import LARGEST, MOST
from proposals.services.content import PARTS, ProposalContent, stored_content
from proposals.services.lengths import Length, length_of
from proposals.services.signatures import count_signatures
from proposals.similar import Said, SimilarCase
from proposals.views.forms_help import add_service_errors
from proposals.workflow import ProposalState

ROWS = "asks"
NOT_SAVED = "尚未保存"


class Editor:
    """The form and the rows of one draft. Made by one of the ``of_…`` class methods."""

    def __init__(self, proposal: Proposal, form: FilingForm, rows: BaseAskFormSet) -> None:
        self.proposal = proposal
        self.form = form
        self.rows = rows
        self.unsaved = False
        self.not_done = "尚未提交"  # what the summary of errors says

    @classmethod
    def of_stored(cls, proposal: Proposal) -> Editor:
        """The draft as it stands in the database."""
        content = stored_content(proposal)
        values = initial_of(content, proposal.version) | {"signatures": count_signatures(proposal)}
        editor = cls.of_typed(proposal, values, rows_of(content.asks))
        editor.unsaved = False
        return editor

    @classmethod
    def of_typed(cls, proposal: Proposal, values: dict[str, Any], rows: list[dict[str, Any]]) -> Editor:
        """Given values, unchecked: after a step that is not a save."""
        form = FilingForm(initial=values, proposal=proposal)
        editor = cls(proposal, form, cast(BaseAskFormSet, AskFormSet(initial=rows, prefix=ROWS)))
        editor.unsaved = True
        return editor

    @classmethod
    def of_sent(
        cls, proposal: Proposal, data: QueryDict, files: MultiValueDict[str, UploadedFile[Any]] | None
    ) -> Editor:
        """What was sent to be saved."""
        form = FilingForm(data, files, proposal=proposal)
        return cls(proposal, form, cast(BaseAskFormSet, AskFormSet(data, prefix=ROWS)))

    @classmethod
    def of_conflict(cls, proposal: Proposal, data: QueryDict, conflict: EditConflict) -> Editor:
        """What was sent, ready to be saved over the version that came in between."""
        return cls.of_sent(proposal, cls.newer(data, conflict.version), None)

    @classmethod
    def of_incomplete(cls, proposal: Proposal, error: InvalidInput) -> Editor:
        """The stored draft with what it lacks for handing in at its fields."""
        content = stored_content(proposal)
        data = QueryDict(mutable=True)
        values = initial_of(content, proposal.version) | {"signatures": count_signatures(proposal)}
        for name, value in values.items():
            data.setlist(name, _as_sent(value))
        data[f"{ROWS}-TOTAL_FORMS"], data[f"{ROWS}-INITIAL_FORMS"] = str(len(content.asks) + 2), "0"
        for index, text in enumerate(content.asks):
            data[f"{ROWS}-{index}-text"], data[f"{ROWS}-{index}-position"] = text, str(index + 1)
        editor = cls.of_sent(proposal, data, None)
        editor.is_valid()
        editor.add_errors(error)
        return editor

    @staticmethod
    def newer(data: QueryDict, version: int) -> QueryDict:
        """``data`` with another version in the hidden field."""
        copy = data.copy()
        copy["version"] = str(version)
        return copy

    @classmethod
    def of_signed(cls, proposal: Proposal, data: QueryDict, refusal: TextSigned) -> Editor:
        """What was sent, ready to be saved by one who now knows of the signatures."""
        copy = data.copy()
        copy["signatures"] = str(refusal.signatures)
        editor = cls.of_sent(proposal, copy, None)
        editor.not_done = NOT_SAVED
        editor.is_valid()
        editor.form.add_error(None, refusal.message)
        return editor

    def is_valid(self) -> bool:
        """Check both parts, so that all faults show at once."""
        return all([self.form.is_valid(), self.rows.is_valid()])

    def add_errors(self, error: InvalidInput) -> None:
        """Put a service's refusal at its fields; what concerns the asks goes above their rows."""
        self.rows.non_form_errors().extend(error.errors.get(ROWS, []))
        rest = {field: texts for field, texts in error.errors.items() if field != ROWS}
        add_service_errors(self.form, InvalidInput(rest))

    def content(self) -> ProposalContent:
        """What was sent, as the service takes it. Only after ``is_valid``."""
        return self.form.content(self.rows.asks())

    def version(self) -> int:
        """The version the sender had before him."""
        return int(self.form.cleaned_data["version"])

    def knows_of(self) -> int:
        """How many signatures the sender was shown."""
        return self.form.cleaned_data["signatures"] or 0

    def files(self) -> list[UploadedFile[Any]]:
        """The files that were sent, the signed page last."""
        data = self.form.cleaned_data
        return [*data["attachments"], *filter(None, [data.get("signed_page")])]

    def signed_pages(self) -> set[int]:
        """Places in ``files`` of what was sent as the signed page."""
        return {len(self.files()) - 1} if self.form.cleaned_data.get("signed_page") else set()

    def said(self) -> Said:
        """What stands in the controls, to be compared with earlier cases."""
        parts = "\n".join(str(self.form[name].value() or "") for name in PARTS)
        asks = tuple(str(row["text"].value() or "") for row in self.rows.forms)
        return Said(str(self.form["title"].value() or ""), parts, asks, self.proposal.pk)

    def length(self) -> Length:
        """The length of what stands in the controls."""
        texts = (str(self.form[name].value() or "") for name in PARTS)
        chosen = [int(pk) for pk in self.form["proposers"].value() or [] if is_id(pk)]
        return length_of(texts, first_proposer=next(iter(chosen), None))

    def page(
        self,
        request: HttpRequest,
        conflict: EditConflict | None = None,
        *,
        refused: bool = False,
        similar: Sequence[SimilarCase] = (),
    ) -> HttpResponse:
        """The page: 200, 400 with errors, 409 with both texts or ``refused``."""
        bad = self.form.is_bound and bool(self.form.errors or self.rows.total_error_count())
        returned = None
        if self.proposal.stage is ProposalState.RETURNED:
            returned = Review.objects.filter(proposal=self.proposal, outcome=Review.Outcome.RETURNED).last()
        context = {
            "proposal": self.proposal,
            "form": self.form,
            "rows": self.rows,
            "unsaved": self.unsaved,
            "not_done": self.not_done,
            "attachments": attachment_items(self.proposal, removable=True),
            "conflict": conflict,
            "lines": merge_view(conflict.mine, conflict.theirs) if conflict else [],
            "returned": returned,
            "length": self.length(),
            "similar": similar,
            "live": True,
            "signatures": int(self.form["signatures"].value() or 0),
            "may_invite": can(cast(User, request.user), "invite_cosigners", self.proposal).allowed,
            "draft_key": draft_key(cast(User, request.user), self.proposal),
            "limits": {"files": MOST, "megabytes": LARGEST // 1024 // 1024},
            "crumbs": [
                {"label": "提案", "url": reverse("proposal-list")},
                {"label": self.proposal.title, "url": reverse("proposal-detail", args=[self.proposal.pk])},
                {"label": "修改"},
            ],
        }
        return render(
            request, "proposals/edit.html", context, status=409 if conflict or refused else 400 if bad else 200
        )


def _as_sent(value: object) -> list[str]:
    """A stored value as a browser sends it: a tick that is not set is not sent."""
    if isinstance(value, list):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return ["on"] if value else []
    return [str(value or "")]


def draft_key(user: User, proposal: Proposal) -> str:
    """Names the copy of a draft in the browser: of this person, of this proposal."""
    return f"proposal-{proposal.pk}-{user.pk}"


def attachment_items(proposal: Proposal, *, removable: bool = False) -> list[dict[str, Any]]:
    """The files of ``proposal`` for ``components/attachment_list.html``."""
    return [
        {
            "name": row.name,
            "mark": "签章页" if row.is_signed_page else "",
            "url": reverse("attachment-download", args=[row.pk]),
            "size": row.size,
            "sha256": row.sha256,
            "uploaded_at": row.uploaded_at,
            "remove_url": reverse("attachment-delete", args=[row.pk]) if removable else "",
        }
        for row in proposal.attachments.all()
    ]
