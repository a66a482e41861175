"""Carrying a case from step to step by the services, as the people of its cast would.

Nothing is written past the services, so permissions, constraints and event chains hold for demo and test cases too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q

from panjin_portal.lib.clock import today
from panjin_portal.lib.text import split_asks
from proposals.models import (
    Assignment,
    ConsultationMethod,
    Proposal,
    RejectionReason,
    ResultClass,
    Session,
    SupervisionForm,
    Topic,
)
from proposals.services.assignment import assign
from proposals.services.content import ProposalContent
from proposals.services.cosigning import Wanted, accept_cosigning, invitable, invite
from proposals.services.filing import create_draft, submit
from proposals.services.handling import accept_assignment
from proposals.services.marking import set_mark
from proposals.services.merging import merge
from proposals.services.review import register, reject, return_for_revision, transfer
from proposals.services.review_steps import next_step, take_step
from proposals.services.slips import issue_slip
from proposals.services.urging import urge
from proposals.services.withdrawing import withdraw_proposal
from replies.answer_matrix import WHOLE
from replies.demo.script import Answer, Cast, ChosenDates, Script
from replies.demo.stages import ROUTES, Stage, Step
from replies.models import (
    CoHandlerOpinion,
    Consultation,
    FollowUp,
    Promise,
    Publication,
    Redo,
    RenderedDocument,
    Reply,
    ReplySection,
)
from replies.services.checklist import Mark, active_items
from replies.services.clearance import pass_review, send_back, send_to_review
from replies.services.consultations import Talk, answer_consultation, record_consultation
from replies.services.countersigning import countersign
from replies.services.drafting import start_reply
from replies.services.feedback import Rating, rate_reply
from replies.services.follow_ups import sign_follow_up
from replies.services.importing import confirm_import, import_reply
from replies.services.issuing import issue_reply
from replies.services.matrix import LineText, save_matrix
from replies.services.metadata import metadata_of
from replies.services.opinion_signing import sign_opinion
from replies.services.opinions import save_opinion, submit_opinion, take_over_opinion
from replies.services.promises import check_promise, keep_promise
from replies.services.publishing import prepare_publication, save_metadata, start_release
from replies.services.redo import start_redo
from replies.services.release import pass_release, unpublish
from replies.services.rendering import render_document
from replies.services.saving import HEAD, Part, SectionText, head_text, save_parts
from replies.services.sections import Add, add_section
from replies.services.signing import sign_reply
from replies.services.withholding import withhold
from replies.workflow import DocumentState, ReplyState


class Walk:
    """One case on its way. ``do`` takes one step; ``to`` takes all steps of the route to a stage."""

    def __init__(
        self,
        session: Session,
        script: Script,
        cast: Cast,
        *,
        dates: ChosenDates | None = None,
        page: bytes = b"",
        renders: bool = True,
    ) -> None:
        """``page``: the published page an imported case is read from. ``renders``: make the files at once, here."""
        self.session, self.script, self.cast = session, script, cast
        self.dates, self.page, self.renders = dates or ChosenDates(), page, renders
        self._proposal: Proposal | None = None
        self._reply: Reply | None = None
        self._publication: Publication | None = None
        self.assignments: list[Assignment] = []
        self.main: Walk | None = None  # what this case is merged into

    @property
    def proposal(self) -> Proposal:
        """The case as it stands in the database now."""
        return Proposal.objects.get(pk=_key(self._proposal))

    @property
    def reply(self) -> Reply:
        """The reply as it stands in the database now."""
        return Reply.objects.get(pk=_key(self._reply))

    @property
    def publication(self) -> Publication:
        """The publication as it stands in the database now."""
        return Publication.objects.get(pk=_key(self._publication))

    def to(self, stage: Stage) -> Walk:
        """Take every step of the route to ``stage``."""
        for step in ROUTES[stage]:
            self.do(step)
        return self

    def do(self, step: Step) -> None:
        """Take one step now."""
        getattr(self, f"_{step.value}")()

    def _file(self) -> None:
        script, cast = self.script, self.cast
        topic = Topic.objects.filter(name=script.topic, parent__isnull=False).first()
        content = ProposalContent(
            session_id=self.session.pk,
            title=script.title,
            kind=script.kind,
            background=script.background,
            analysis=script.analysis,
            suggestions=script.suggestions,
            topic_id=topic.pk if topic else None,
            publicity_consent=not script.publicity_reason,
            open_to_cosigning=script.open_to_cosigning,
            publicity_reason=script.publicity_reason,
            proposer_ids=tuple(proposer.pk for proposer in cast.proposers),
            asks=tuple(split_asks(script.suggestions)),
            suggested_bureau_ids=frozenset({cast.lead.pk}),
        )
        self._proposal = create_draft(cast.filer, content=content)

    def _invite(self) -> None:
        """The writer asks every member who can answer; the first of them signs."""
        wanted = Wanted(
            list(invitable().values_list("pk", flat=True)), message="三处堤段我都走过，请看看第一条是否可行。"
        )
        first = invite(self.cast.filer, proposal=self.proposal, wanted=wanted).rows[0]
        signer = first.proposer.posts.get().user
        accept_cosigning(signer, invitation=first, version=self.proposal.version, opinion="赞成，愿意一起跟进。")

    def _submit(self) -> None:
        submit(self.cast.filer, proposal=self.proposal)

    def _return(self) -> None:
        return_for_revision(self.cast.committee, proposal=self.proposal, opinion=self.script.return_opinion)

    def _reject(self) -> None:
        reason = RejectionReason.objects.get(text=self.script.rejection)
        reject(self.cast.committee, proposal=self.proposal, reason=reason)

    def _register(self) -> None:
        register(self.cast.committee, proposal=self.proposal, opinion=self.script.review_opinion)

    def _review_steps(self) -> None:
        while step := next_step(self.proposal):
            opinion = self.script.step_opinion if step.asks_opinion else ""
            take_step(self.cast.committee, proposal=self.proposal, step=step, opinion=opinion)

    def _merge(self) -> None:
        main = self.main.proposal if self.main else None
        merge(self.cast.committee, proposal=self.proposal, main=main, opinion=self.script.merge_opinion)

    def _withdraw(self) -> None:
        withdraw_proposal(self.cast.contact, proposal=self.proposal, reason=self.script.withdraw_reason)

    def _suggest(self) -> None:
        words = self.script.transfer_opinion
        transfer(self.cast.committee, proposal=self.proposal, action="to_suggestion", opinion=words)

    def _public_opinion(self) -> None:
        words = self.script.transfer_opinion
        transfer(self.cast.committee, proposal=self.proposal, action="to_public_opinion", opinion=words)

    def _mark_key(self) -> None:
        form = SupervisionForm.objects.get(name="督办会")
        set_mark(
            self.cast.committee,
            proposal=self.proposal,
            kind="key",
            proposed_by="主席会议",
            leader="市政协副主席（演示）",
            form=form,
        )

    def _assign(self) -> None:
        dates, helpers = self.dates, self.cast.helpers
        self.assignments = assign(
            self.cast.office,
            proposal=self.proposal,
            lead=self.cast.lead,
            co_handlers=[helper.bureau for helper in helpers],
            note=self.script.note,
            reply_due=dates.reply_due,
            opinion_due=dates.opinion_due if helpers else None,
            reason=dates.reason,
        )

    def _accept(self) -> None:
        accept_assignment(self.cast.clerk, assignment=self.assignments[0])
        for helper, assignment in zip(self.cast.helpers, self.assignments[1:], strict=True):
            if helper.accepts:
                accept_assignment(helper.clerk, assignment=assignment)

    def _draft(self) -> None:
        clerk = self.cast.clerk
        self._consult()
        self._reply = reply = start_reply(clerk, assignment=self.assignments[0])
        asks = {ask.position: ask.pk for ask in self.proposal.asks.all()}
        parts = [
            Part(f"s{row.pk}", row.version, self._section(answer, asks))
            for answer, row in self._add(self.script.answers, None)
        ]
        save_parts(clerk, reply=reply, parts=parts)

    def _consult(self) -> None:
        """Talk with the proposer before the reply is written, and let him look at the record where the script says."""
        talk = self.script.talk
        if talk is None:
            return
        method = ConsultationMethod.objects.get(name=talk.method) if talk.method else None
        people = f"{self.cast.clerk.display_name}、{self.cast.proposers[0]}"
        told = Talk(Consultation.Phase.BEFORE, method, today(), people, talk.content)
        row = record_consultation(self.cast.clerk, proposal=self.proposal, talk=told)
        if talk.answers:
            answer_consultation(self.cast.contact, consultation=row, correction=talk.correction)

    def _section(self, answer: Answer, asks: dict[int, int]) -> SectionText:
        answered = frozenset(asks[place] for place in answer.asks if place in asks)
        body = "\n".join(answer.text)
        return SectionText(answer.heading, answer.run_in, body, answered, self.cast.lead.pk)

    def _add(self, answers: tuple[Answer, ...], parent: int | None) -> Iterator[tuple[Answer, ReplySection]]:
        for answer in answers:
            where = Add.CHILD if parent else Add.AFTER
            row = add_section(self.cast.clerk, reply=self.reply, where=where, beside=parent, heading=answer.heading)
            yield answer, row
            yield from self._add(answer.below, row.pk)

    def _opinions(self) -> None:
        for helper, assignment in zip(self.cast.helpers, self.assignments[1:], strict=True):
            if helper.accepts and helper.writes:
                save_opinion(
                    helper.clerk, assignment=assignment, version=0, heading=helper.heading, body=helper.opinion
                )
                opinion = submit_opinion(helper.clerk, assignment=assignment)
                if helper.leader is not None:
                    sign_opinion(helper.leader, opinion=opinion)
        self._render()

    def _send(self) -> None:
        clerk, reply = self.cast.clerk, self.reply
        waiting = CoHandlerOpinion.objects.filter(
            assignment__proposal=reply.proposal_id, state="submitted", taken_over_at=None
        )
        tops = list(reply.sections.filter(parent=None).order_by("position").values_list("pk", flat=True))
        places = {helper.bureau.pk: helper.under for helper in self.cast.helpers}
        for opinion in waiting.select_related("assignment"):
            place = places[opinion.assignment.bureau_id]
            take_over_opinion(clerk, opinion=opinion, reply=reply, under=tops[place - 1] if place else None)
        if reply.result_class_id is None:
            texts = {**head_text(reply).__dict__, "result_class_id": self._result_class().pk}
            save_parts(clerk, reply=reply, parts=[Part(HEAD, reply.version, type(head_text(reply))(**texts))])
        self._fill_matrix()
        send_to_review(clerk, reply=reply)

    def _fill_matrix(self) -> None:
        asks = {ask.position: ask.pk for ask in self.proposal.asks.all()}
        lines: dict[int, tuple[int, LineText]] = {}
        for entry in self.script.matrix:
            code = self._result_class(entry.result).pk if entry.result else None
            owner = next((one.bureau.pk for one in self.cast.helpers if one.bureau.code == entry.bureau), None)
            due = today() + timedelta(days=30 * entry.months) if entry.months else None
            text = LineText(code, entry.outcome, owner, entry.promise, due, entry.phase, entry.reason)
            lines[asks.get(entry.ask, WHOLE)] = (0, text)
        if lines:
            save_matrix(self.cast.clerk, reply=self.reply, lines=lines)

    def _send_back(self) -> None:
        actor = self.cast.leader if self.reply.state == ReplyState.SIGNING else self.cast.reviewer
        send_back(actor, reply=self.reply, comment=self.script.send_back_comment)

    def _review(self) -> None:
        marks = {item.pk: Mark(True) for item in active_items()}
        pass_review(self.cast.reviewer, reply=self.reply, comment="文字已核。", marks=marks)

    def _countersign(self) -> None:
        for helper in self.cast.helpers:
            if helper.signs:
                countersign(helper.clerk, reply=self.reply)

    def _sign(self) -> None:
        sign_reply(self.cast.leader, reply=self.reply, result_class=self._result_class())
        self._render()

    def _issue(self) -> None:
        issue_reply(self.cast.clerk, reply=self.reply)

    def _rate(self) -> None:
        words = self.script.rating
        rate_reply(self.cast.contact, reply=self.reply, rating=Rating(words.attitude, words.result, words.opinion))

    def _prepare(self) -> None:
        self._publication = row = prepare_publication(self.cast.clerk, reply=self.reply)
        if self.script.keywords:
            proposed = metadata_of(row)
            words = type(proposed)(**{**proposed.__dict__, "keywords": self.script.keywords})
            save_metadata(self.cast.clerk, publication=row, metadata=words, version=row.version)

    def _start_release(self) -> None:
        start_release(self.cast.clerk, publication=self.publication, harmless={})
        self._render()

    def _release(self) -> None:
        for person in (self.cast.clerk, self.cast.reviewer, self.cast.leader):
            pass_release(person, publication=self.publication)

    def _unpublish(self) -> None:
        unpublish(self.cast.leader, publication=self.publication, reason=self.script.unpublish_reason)

    def _withhold(self) -> None:
        withhold(self.cast.leader, publication=self.publication, reason=self.script.withhold_reason)

    def _check_promise(self) -> None:
        words = "现场看过两处，进度与承诺相符。"
        promise = self._promise()
        check_promise(self.cast.office, promise=promise, checked_on=today(), finding="on_the_way", text=words)

    def _keep_promise(self) -> None:
        evidence, text = self.script.kept
        keep_promise(self.cast.clerk, promise=self._promise(), evidence=evidence, text=text)

    def _follow_up(self) -> None:
        sign_follow_up(self.cast.leader, follow_up=FollowUp.objects.get(promise__proposal=self.proposal))
        self._render()

    def _promise(self) -> Promise:
        return Promise.objects.filter(proposal=self.proposal, bureau=self.cast.lead, state="open").earliest("id")

    def _redo(self) -> None:
        self._reply = start_redo(self.cast.clerk, redo=Redo.objects.get(reply=self.reply))

    def _rate_again(self) -> None:
        rate_reply(self.cast.contact, reply=self.reply, rating=Rating("satisfied", "satisfied", "补充的内容清楚了。"))

    def _supervise(self) -> None:
        """The office urges, and demands a report of the lead."""
        office, case = self.cast.office, self.proposal
        text = "{单位}：{提案号}提案《{案由}》：{事项}。请抓紧办理。"
        urge(office, proposal=case, text=text, key="demo")
        demand = "请报送办理进展、没有按期办结的原因和办结时间。"
        issue_slip(office, proposal=case, bureau=self.cast.lead, text=demand, key="demo")

    def _import(self) -> None:
        self._reply = import_reply(self.cast.committee, file_name="已公开的答复.txt", raw=self.page)
        self._proposal = self._reply.proposal

    def _confirm(self) -> None:
        reply = self.reply
        confirm_import(
            self.cast.committee,
            reply=reply,
            signed_on=reply.signed_on,
            signed_by=reply.signer_names or reply.bureau.name,
        )
        self._render()

    def _result_class(self, code: str = "") -> ResultClass:
        return ResultClass.objects.get(scheme=self.session.result_scheme_id, code=code or self.script.result)

    def _render(self) -> None:
        """Make the queued files of this case here and now, as the worker would."""
        if self.renders:
            case = self.proposal
            mine = Q(reply__proposal=case) | Q(opinion__assignment__proposal=case)
            queued = RenderedDocument.objects.filter(mine, state=DocumentState.QUEUED)
            for pk in list(queued.values_list("pk", flat=True)):
                render_document(pk)


def _key(row: Proposal | Reply | Publication | None) -> int:
    if row is None:
        raise LookupError("the case has not come that far")
    return row.pk
