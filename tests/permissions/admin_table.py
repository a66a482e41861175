"""The permission matrix of system management, by hand. It is the administrator's: everybody else who is signed in is
refused (403, with the reason), a visitor is sent to the log-in page, whatever the address.

The table says what the administrator himself may do with each kind of row: see it (list, one, its history), add, change
and remove it. What the workflow writes he sees and no more; the events of the log above all.
"""

from __future__ import annotations

ADMIN = """
    # kind                          see add change remove
    axes.accessattempt              yes no  no     yes
    proposals.assignment            yes no  no     no
    proposals.bureau                yes yes yes    yes
    proposals.consultationmethod    yes yes yes    yes
    proposals.deadline              yes no  no     no
    proposals.event                 yes no  no     no
    proposals.handlingrequest       yes no  no     no
    proposals.issuednumber          yes no  no     no
    proposals.leavecover            yes no  no     no
    proposals.mark                  yes no  no     no
    proposals.noticetemplate        yes no  yes    no
    proposals.numberingpattern      yes yes yes    yes
    proposals.outgoingmail          yes no  no     no
    proposals.post                  yes yes yes    yes
    proposals.proposal              yes no  no     no
    proposals.proposer              yes yes yes    yes
    proposals.proposerrule          yes yes yes    yes
    proposals.rejectionreason       yes yes yes    yes
    proposals.reminder              yes no  no     no
    proposals.reminderrule          yes yes yes    yes
    proposals.resultscheme          yes yes yes    yes
    proposals.returnreason          yes yes yes    yes
    proposals.review                yes no  no     no
    proposals.reviewstep            yes yes yes    yes
    proposals.session               yes yes yes    yes
    proposals.supervisionform       yes yes yes    yes
    proposals.suspension            yes no  no     no
    proposals.topic                 yes yes yes    yes
    proposals.urgingtemplate        yes yes yes    yes
    proposals.user                  yes yes yes    yes
    proposals.workday               yes yes yes    yes
    replies.assessmentitem          yes yes yes    yes
    replies.awardrule               yes yes yes    yes
    replies.bundle                  yes no  no     no
    replies.checklistitem           yes yes yes    yes
    replies.delivery                yes no  no     no
    replies.followup                yes no  no     no
    replies.handlingrule            yes yes yes    yes
    replies.promise                 yes no  no     no
    replies.publication             yes no  no     no
    replies.redo                    yes no  no     no
    replies.releasestep             yes yes yes    yes
    replies.rendereddocument        yes no  no     no
    replies.reply                   yes no  no     no
"""
# Addresses about no kind of row: name, what the administrator gets by GET and by POST.
ELSEWHERE = """
    index                           200 200
    app_list@proposals              200 200
    app_list@replies                200 200
    app_list@axes                   200 200
    login                           in  in
    logout                          405 in
    password_change                 302 302
    password_change_done            302 302
    autocomplete                    403 405
    jsi18n                          200 405
    view_on_site                    404 404
    auth_user_password_change       200 200
    operations                      200 405
    operations-retry                405 404
    proposals_workday_import        200 400
    proposals_workday_template      200 405
"""


def kinds() -> dict[str, dict[str, bool]]:
    """Kind of row to what the administrator may do with it."""
    lines = [line.split() for line in ADMIN.splitlines() if line.strip() and "#" not in line]
    deeds = ("see", "add", "change", "remove")
    return {kind: dict(zip(deeds, (may == "yes" for may in rest), strict=True)) for kind, *rest in lines}


def elsewhere() -> dict[str, tuple[str, str]]:
    """Name of an address to the administrator's answers by GET and POST."""
    lines = [line.split() for line in ELSEWHERE.splitlines() if line.strip()]
    return {name: (get, post) for name, get, post in lines}
