"""Pages of co-signing: the initiator's progress and invitations, and the page where the invited reads and answers."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from panjin_portal.lib.clock import today
from panjin_portal.lib.diff import DiffLine, merge_view
from proposals.errors import InvalidInput, NotAllowed, OutOfSight, StateChanged
from proposals.forms.cosigning import AnswerForm, InviteForm, TakeBackForm
from proposals.models import Invitation, Proposal
from proposals.permissions import can, member_posts, proposers_of, visible_invitations, visible_proposals
from proposals.permissions_cosigning import cosignable_by
from proposals.services import cosigning
from proposals.services.locking import insist
from proposals.services.signatures import text_to_sign
from proposals.views.access import find_proposal, person
from proposals.views.forms_help import BAD_INPUT, add_service_errors, confirm_page, sent, status_of
from proposals.views.joining import join
from proposals.workflow import PROPOSAL
from proposals.workflow_cosigning import INVITATION, InvitationState, called

CLOSED = "没有签名：这件提案现在不能附议，发起人已不再开放附议，或提案已经提交、撤销。"
TONES = {
    InvitationState.ACCEPTED: "good",
    InvitationState.DECLINED: "bad",
    InvitationState.ASKED_AGAIN: "warn",
    InvitationState.INVITED: "info",
}


@login_required
@require_http_methods(["GET", "POST"])
def proposal_cosigners(request: HttpRequest, pk: int) -> HttpResponse:
    """How far co-signing has come, for the initiator and who typed the text for him; and inviting more."""
    user, proposal = person(request), find_proposal(request, pk)
    decision = can(user, "invite_cosigners", proposal)
    if decision.post is None:
        raise NotAllowed(decision.reason)
    if request.method == "POST":
        insist(decision)
    form = InviteForm(sent(request))
    looked_up = request.POST.get("do") == "find"
    if looked_up:
        form = InviteForm(initial={name: form[name].value() for name in form.fields})
    elif request.method == "POST" and form.is_valid():
        try:
            done = cosigning.invite(user, proposal=proposal, wanted=form.wanted())
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, f"已邀请 {len(done.rows)} 位委员联名。")
            if done.without_account:
                names = "、".join(done.without_account[:10])
                messages.warning(request, f"没有邀请{names}：在本平台没有账号。可请提案委凭签名页代录。")
            return redirect("proposal-cosigners", pk=pk)
    context = {
        "proposal": proposal,
        "form": form,
        "may_invite": decision.allowed,
        "refusal": decision.reason,
        **progress(proposal),
        "crumbs": [
            {"label": "提案", "url": reverse("proposal-list")},
            {"label": proposal.title, "url": reverse("proposal-detail", args=[pk])},
            {"label": PROPOSAL.get("invite_cosigners").label},
        ],
    }
    return render(request, "proposals/cosigners.html", context, status=status_of(form))


def progress(proposal: Proposal) -> dict[str, object]:
    """All invitations of ``proposal`` with their state today, and how many signed and are awaited (one query)."""
    day = today()
    rows = list(Invitation.objects.filter(proposal=proposal).select_related("proposer", "deadline").order_by("pk"))
    lines = [
        {
            "row": row,
            "state": cosigning.open_state(row),
            "tone": "warn" if row.is_expired_on(day) else TONES.get(InvitationState(row.state), "neutral"),
            "may_withdraw": row.state in INVITATION.get("withdraw_invitation").sources,
        }
        for row in rows
    ]
    waiting = [row for row in rows if row.state in INVITATION.get("lapse").sources and not row.is_expired_on(day)]
    signed = sum(row.state == InvitationState.ACCEPTED for row in rows)
    return {"lines": lines, "signed": signed, "waiting": len(waiting)}


@login_required
@require_http_methods(["GET", "POST"])
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take an invitation back."""
    known = Invitation.objects.filter(pk=pk)
    seen = known.filter(proposal__in=visible_proposals(request.user, among=known.values("proposal")))
    invitation = get_object_or_404(seen.select_related("proposal", "proposer", "deadline"))
    user, proposal = person(request), invitation.proposal
    insist(can(user, "withdraw_invitation", invitation))
    page = reverse("proposal-cosigners", args=[proposal.pk])
    form = TakeBackForm(sent(request), initial={"seen": invitation.state})
    if request.method == "POST" and form.is_valid():
        cosigning.withdraw_invitation(user, invitation=invitation, seen=form.cleaned_data["seen"])
        messages.success(request, f"已{_taking_back(invitation)}。")
        return redirect(page)
    transition = called(INVITATION.get("withdraw_invitation"), invitation.by_himself)
    return confirm_page(
        request,
        title=_taking_back(invitation),
        effects=[transition.consequence],
        recipients=[str(invitation.proposer)],
        action_label=transition.label,
        proposal=proposal,
        cancel_url=page,
        form=form,
        danger=True,
        status=status_of(form),
    )


def _taking_back(invitation: Invitation) -> str:
    who = invitation.proposer
    return f"撤下{who}的附议" if invitation.by_himself else f"撤回对{who}的联名邀请"


@login_required
@require_http_methods(["GET", "POST"])
def proposal_cosign(request: HttpRequest, pk: int) -> HttpResponse:
    """The invited reads the text he is asked to sign, and nothing else of the case, and answers; so does any member
    whose colleague opened his text to all."""
    user = person(request)
    invitation = _mine(request, pk)
    if invitation is None or invitation.is_expired_on(today()):
        opened = cosignable_by(user).filter(pk=pk).select_related("session").first()
        if opened is not None:
            return join(request, opened)
    if invitation is None:
        return _gone(request, pk)
    form = AnswerForm(sent(request), initial={"version": invitation.proposal.version, "opinion": invitation.opinion})
    do = request.POST.get("do", "")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if do == "decline":
                cosigning.decline_cosigning(user, invitation=invitation, reason=data["reason"])
                messages.success(request, "已告知发起人您不参加联名。")
                return redirect("work")
            cosigning.accept_cosigning(user, invitation=invitation, version=data["version"], opinion=data["opinion"])
        except InvalidInput as error:
            add_service_errors(form, error)
        else:
            messages.success(request, "已签名。发起人提交提案后，您就是联名提案者。")
            return redirect("proposal-cosign", pk=pk)
    return _answer_page(request, invitation, form)


def _answer_page(request: HttpRequest, invitation: Invitation, form: AnswerForm) -> HttpResponse:
    proposal = invitation.proposal
    is_expired = invitation.is_expired_on(today())
    accept = can(person(request), "accept_cosigning", invitation)
    context = {
        "invitation": invitation,
        "proposal": proposal,
        "is_expired": is_expired,
        "asks": [] if is_expired else proposal.asks.all(),
        "changes": _changes(invitation) if not is_expired else [],
        "initiators": [row.proposer for row in proposal.proposal_proposers.select_related("proposer")],
        "form": form,
        "accept": called(INVITATION.get("accept_cosigning"), invitation.by_himself) if accept else None,
        "decline": called(INVITATION.get("decline_cosigning"), invitation.by_himself),
        "crumbs": [{"label": "我的待办", "url": reverse("work")}, _came_from(invitation)],
    }
    status = BAD_INPUT if form.is_bound and form.errors else 200
    return render(request, "proposals/cosign.html", context, status=status)


def _came_from(invitation: Invitation) -> dict[str, str]:
    if invitation.by_himself:
        return {"label": "可附议的提案", "url": reverse("proposal-cosignable")}
    return {"label": "邀我联名"}


def _changes(invitation: Invitation) -> list[DiffLine]:
    """What changed since the signature, for one who is asked again (one query)."""
    if invitation.state != InvitationState.ASKED_AGAIN:
        return []
    return merge_view(invitation.signed_text, text_to_sign(invitation.proposal))


def _mine(request: HttpRequest, pk: int) -> Invitation | None:
    """The person's invitation to the proposal ``pk``: one that waits goes before one that is answered."""
    rows = visible_invitations(request.user).filter(proposal=pk).select_related("proposal__session", "deadline")
    waiting = INVITATION.get("accept_cosigning").sources
    return min(rows.select_related("proposer"), key=lambda row: (row.state not in waiting, row.pk), default=None)


def _gone(request: HttpRequest, pk: int) -> HttpResponse:
    """No invitation any more: a signer of what has been handed in finds the case; who was invited reads what became of
    his invitation, and no word of the text; everybody else finds nothing.

    Whoever sends a form gets a refusal, which gives his words back. A member without a part in it gets the same one
    whatever ``pk`` is, for a text he has had open may be closed by now, and one he never saw must not be told of."""
    signed = Invitation.objects.filter(proposal=pk, state=InvitationState.ACCEPTED)
    mine = visible_proposals(request.user, among=[pk]).filter(
        pk__in=signed.filter(proposer__posts__user=request.user.pk).values("proposal")
    )
    if mine.exists():
        if request.method == "POST":
            raise StateChanged("提案已经提交，联名已经结束，您这次的答复没有记录。")
        return redirect("proposal-detail", pk=pk)
    own = Invitation.objects.filter(proposal=pk, proposer__in=proposers_of(request.user))
    if request.method == "POST" and not own.exists() and member_posts(request.user):
        raise OutOfSight(CLOSED)
    ended = get_object_or_404(own.order_by("-pk")[:1])
    raise StateChanged(_what_became_of(ended))


def _what_became_of(ended: Invitation) -> str:
    what = "您的附议" if ended.by_himself else "给您的联名邀请"
    return f"{what}现在是“{ended.shown_state}”，不用再答复。"
