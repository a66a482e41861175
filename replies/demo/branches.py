"""The steps off the straight path, taken as the people of the demo city would take them."""

from __future__ import annotations

from datetime import timedelta

from proposals.models import Bureau, HandlingRequest, ReturnReason, Session
from proposals.services.assignment import assign
from proposals.services.deciding import reassign, refuse_request
from proposals.services.extensions import ask_extension, grant_extension
from proposals.services.requests import ask_return, clock_of
from proposals.services.suspending import suspend
from replies.demo.walk import Walk
from replies.models import HandlingRule
from replies.services.auditing import return_audit
from replies.services.countersigning import refuse_countersign

LATER = timedelta(days=10)


def rule_key_proposals(sessions: list[Session]) -> None:
    """重点提案 are signed by the main leader, after the office has looked at the reply."""
    HandlingRule.objects.bulk_create(
        HandlingRule(session=session, key_only=True, signer=HandlingRule.Signer.MAIN_LEADER, pre_audit=True)
        for session in sessions
    )


class Branching(Walk):
    """A walk that knows these steps too."""

    def _ask_return(self) -> None:
        ask_return(
            self.cast.clerk,
            assignment=self.assignments[0],
            reason=ReturnReason.objects.get(text="主要职责在其他单位"),
            text="按“三定”规定，所提事项的主要职责不在我局，请改由有职责的单位主办，我局配合。",
            bureau=Bureau.objects.get(code=self.script.elsewhere),
        )

    def _refuse_return(self) -> None:
        decision = "所提事项在你局职责以内，请签收办理；涉及其他单位的，由我室协调。"
        refuse_request(self.cast.office, request=self._request(), decision=decision)

    def _reassign(self) -> None:
        bureau = Bureau.objects.get(code=self.script.elsewhere)
        share = reassign(self.cast.office, request=self._request(), bureau=bureau, decision="同意改办。")
        self.assignments[0] = share

    def _ask_extension(self) -> None:
        share = self.assignments[0]
        clock = clock_of(share)
        if clock is None:
            raise LookupError("no clock to be moved")
        text = "需要会同有关单位现场核查，按期办结有困难。"
        ask_extension(self.cast.clerk, assignment=share, wanted_on=clock.due_on + LATER, text=text)

    def _grant_extension(self) -> None:
        request = self._request()
        if request.wanted_on is None:
            raise LookupError("no day was asked for")
        grant_extension(self.cast.office, request=request, due_on=request.wanted_on, decision="请抓紧办理。")

    def _suspend(self) -> None:
        suspend(self.cast.office, proposal=self.proposal, reason="厂房产权正在诉讼，判决以后继续办理。")

    def _assign_separate(self) -> None:
        bureaus = [self.cast.lead, *(helper.bureau for helper in self.cast.helpers)]
        note = "两条建议分属两个单位，请各自答复。"
        self.assignments = assign(self.cast.office, proposal=self.proposal, separate=bureaus, note=note)

    def _refuse_countersign(self) -> None:
        comment = "治安案件的执法评价不能与行政检查用同一套办法，请先商定范围。"
        refuse_countersign(self.cast.helpers[0].clerk, reply=self.reply, comment=comment)

    def _return_audit(self) -> None:
        comment = "第一部分没有写明其余两处围堰的完成时间，请补充后再送。"
        return_audit(self.cast.office, reply=self.reply, comment=comment)

    def _request(self) -> HandlingRequest:
        return HandlingRequest.objects.filter(assignment=self.assignments[0]).latest("id")
