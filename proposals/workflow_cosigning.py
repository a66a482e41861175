"""Invitations to sign another proposer's text (附议、联名), as data: states and transitions. Pure."""

from __future__ import annotations

from dataclasses import replace

from proposals.workflow import LabelledState, ProposalState, Transition, Workflow, row


class InvitationState(LabelledState):
    """Where an invitation stands. One that is past its day still is ``INVITED``: expired is computed."""

    INVITED = "invited", "待答复"
    ACCEPTED = "accepted", "已签名"
    ASKED_AGAIN = "asked_again", "待重新确认"
    DECLINED = "declined", "已谢绝"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


_I = InvitationState
OPEN = (_I.INVITED, _I.ASKED_AGAIN)
LIVE = (*OPEN, _I.ACCEPTED)
# While the text is its writer's to change, signatures can be asked for.
COSIGNABLE = (ProposalState.DRAFT, ProposalState.RETURNED)

INVITATION = Workflow(
    name="联名邀请",
    # Signed from the start: a member who signs, unasked, a text that is open to all (``join_cosigning`` of PROPOSAL).
    initial=frozenset({_I.INVITED, _I.ACCEPTED}),
    final=frozenset({_I.ACCEPTED, _I.DECLINED, _I.WITHDRAWN, _I.LAPSED}),
    states=tuple(_I),
    transitions=(
        row(
            "accept_cosigning",
            "同意联名",
            OPEN,
            _I.ACCEPTED,
            ["proposer"],
            "发起人提交提案时，您成为联名提案者，会收到答复并作评价。此后文字再有改动，要请您重新确认。",
            ("opinion",),
        ),
        row(
            "decline_cosigning",
            "不参加联名",
            LIVE,
            _I.DECLINED,
            ["proposer"],
            "发起人会收到通知；此后您不再看到这件提案。",
            ("reason",),
        ),
        row(
            "withdraw_invitation",
            "撤回邀请",
            LIVE,
            _I.WITHDRAWN,
            ["committee_staff", "proposer"],
            "这位委员会收到通知，不再看到这件提案；已经签名的，签名不再有效。",
        ),
        row("ask_again", "请重新确认", [_I.ACCEPTED], _I.ASKED_AGAIN, [], "签名后文字有改动，请签名人看过改动再答复。"),
        row("lapse", "失效", OPEN, _I.LAPSED, [], "提案已提交或撤案，或已重新邀请，不再等这份邀请的答复。"),
    ),
)

# A signature nobody asked for (附议) is no invitation: its own words for the same steps and states.
_UNASKED_STEPS = {"accept_cosigning": "确认附议", "decline_cosigning": "撤回附议", "withdraw_invitation": "撤下附议"}
_UNASKED_STATES = {_I.DECLINED: "已由本人撤回", _I.WITHDRAWN: "已被发起人撤下"}


def called(step: Transition, by_himself: bool) -> Transition:
    """``step`` of ``INVITATION`` with the verb it has on a signature of this kind."""
    return replace(step, label=_UNASKED_STEPS.get(step.action, step.label)) if by_himself else step


def state_called(state: str, by_himself: bool) -> str:
    """The label of ``state`` on a signature of this kind."""
    label = InvitationState(state).label
    return _UNASKED_STATES.get(InvitationState(state), label) if by_himself else label
