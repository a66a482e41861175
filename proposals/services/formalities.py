"""Whether a proposal has the form its kind of proposer owes (DOMAIN 1.2): advice to who hands it in and who reviews."""

from __future__ import annotations

from proposals.models import Proposal


def missing_formalities(proposal: Proposal) -> list[str]:
    """What is missing of contact, head and signed page, as sentences; nothing of it stops anybody (two queries)."""
    told: list[str] = []
    named = proposal.proposal_proposers.select_related("proposer").order_by("position")
    proposers = [row.proposer for row in named]
    for one in proposers:
        if one.has_head and not one.head:
            told.append(f"{one.get_kind_display()}提案由召集人或组长签名，{one}没有登记召集人或组长。")
        if one.is_organisation and not (one.contact_person and one.phone):
            told.append(f"{one}没有登记联系人和电话，承办单位无从联系。")
    if proposal.created_by_committee and proposers and not has_signed_page(proposal):
        told.append("由提案委代录，还没有上传签名或盖章的签章页。")
    return told


def has_signed_page(proposal: Proposal) -> bool:
    """Whether a scan of the signed or sealed page is among the files (one query)."""
    return proposal.attachments.filter(is_signed_page=True).exists()
