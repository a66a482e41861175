"""Addresses of co-signing."""

from django.urls import path

from proposals.views import cosigning, joining

urlpatterns = [
    path("cosignable/", joining.cosignable_list, name="proposal-cosignable"),
    path("proposals/<int:pk>/cosigners/", cosigning.proposal_cosigners, name="proposal-cosigners"),
    path("proposals/<int:pk>/cosign/", cosigning.proposal_cosign, name="proposal-cosign"),
    path("invitations/<int:pk>/withdraw/", cosigning.invitation_withdraw, name="invitation-withdraw"),
]
