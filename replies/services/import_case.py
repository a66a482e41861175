"""The rows an imported page becomes: session, proposal with proposers, reply with its outline. Inside a transaction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput
from proposals.models import Bureau, Proposal, ProposalProposer, Proposer, ResultClass, Session, User
from proposals.services.reference import open_session
from proposals.workflow import ProposalState
from replies.models import Reply, ReplySection
from replies.services.drafting import store_outline
from replies.structure.handlers import DEFAULT_BUREAUS, KnownBureau
from replies.structure.imported import ImportedReply
from replies.structure.markers import glue
from replies.structure.outline import Section
from replies.workflow import ReplyState

IMPORT_ACCOUNT = "portal-import"  # owner of cases a command brought in; nobody can sign in with it
_CITY = re.compile(r"^(?:盘锦市|盘锦|市)(?=.{2,})")
_KINDS = (
    (re.compile(r"总工会|妇联|妇女联合会|团市委|共青团|科协|科学技术协会|侨联|台联|文联"), "mass_organisation"),
    (re.compile(r"专门委员会|提案委|经济委|社法委|文史委|教科卫"), "special_committee"),
    (re.compile(r"界别?$"), "sector"),
    (re.compile(r"小组$|^.{0,8}组$"), "group"),
)


def without_city(name: str) -> str:
    """The name of a body without 盘锦市 or 市 before it, as pages print it both ways."""
    return _CITY.sub("", name)


def known_bureaus() -> tuple[KnownBureau, ...]:
    """The bureaus of the database as the reader wants them: code and names without the city (one query)."""
    shipped = {bureau.code: bureau.names for bureau in DEFAULT_BUREAUS}
    found = []
    for bureau in Bureau.objects.filter(kind=Bureau.Kind.BUREAU):
        names = [without_city(name) for name in (bureau.name, bureau.short_name)]
        found.append(KnownBureau(bureau.code, tuple(dict.fromkeys([*names, *shipped.get(bureau.code, ())]))))
    return tuple(found)


def bureau_of(reading: ImportedReply) -> Bureau:
    """The bureau that signed, else the one that led; never a co-handler. InvalidInput when neither is registered."""
    codes = {name: bureau.code for bureau in known_bureaus() for name in bureau.names}
    if not codes:
        raise InvalidInput({"file": "还没有任何承办单位，请先运行 manage.py seed_reference 装入初始数据。"})
    for printed in filter(None, (*reading.signers, reading.lead)):
        code = codes.get(without_city(printed))
        if code is not None:
            return Bureau.objects.get(code=code)
    raise InvalidInput(
        {"file": f"落款单位“{'、'.join(reading.signers)}”还没有登记，请系统管理员先在后台添加单位，再导入。"}
    )


def session_of(term: int, number: int, reading: ImportedReply) -> Session:
    """The session, locked; an unknown one is entered as closed, on the first day of the year, for staff to correct."""
    year = (reading.signed_on or reading.metadata.published_on or today()).year
    day = date(year, 1, 1)
    session = open_session(term=term, number=number, opens_on=day, closes_on=day, filing_cutoff=day, is_open=False)
    return Session.objects.select_for_update(no_key=True).get(pk=session.pk)  # new drafts in it need not wait


def add_proposal(owner: User, session: Session, bureau: Bureau, reading: ImportedReply) -> Proposal:
    """The case in its own stage 已导入, with its proposers. InvalidInput when the session has this number already."""
    number = reading.proposal_number or ""
    if Proposal.objects.filter(session=session, number=number).exists():
        raise InvalidInput({"file": f"{session.name}第{number}号提案已在平台中，不能重复导入。"})
    moment = now()
    proposal = Proposal(
        session=session,
        source=Proposal.Source.IMPORTED,
        state=ProposalState.IMPORTED,
        number=number,
        title=(reading.proposal_title or reading.title or "").strip(),
        answered_outside_by=bureau,
        created_by=owner,
        created_by_committee=True,
        created_at=moment,
    )
    _insist_on_lengths(proposal, ("number", "title"))
    proposal.save()
    for position, name in enumerate(dict.fromkeys(reading.addressees), start=1):
        ProposalProposer.objects.create(proposal=proposal, proposer=_proposer(name), position=position)
    return proposal


def _proposer(printed: str) -> Proposer:
    """The proposer with the addressee's name, entered when unknown."""
    is_member = bool(re.search(r"委员$", printed))
    name = re.sub(r"委员$", "", printed) if is_member else printed
    known = Proposer.objects.filter(name__in=[name, printed]).order_by("-is_active", "id").first()
    if known is not None:
        return known
    kind: str = Proposer.Kind.MEMBER if is_member else Proposer.Kind.PARTY
    for pattern, code in _KINDS:
        if not is_member and pattern.search(name):
            kind = code
            break
    if len(name) > 80:
        raise InvalidInput({"file": f"主送“{name[:20]}…”太长，请在源文件中核对。"})
    return Proposer.objects.create(kind=kind, name=name)


def add_reply(proposal: Proposal, bureau: Bureau, session: Session, reading: ImportedReply) -> Reply:
    """The reply as printed: fields, and the outline with the marks of the page."""
    reply = Reply(
        proposal=proposal,
        bureau=bureau,
        state=ReplyState.IMPORTED,
        title=(reading.title or "").strip(),
        addressee=reading.salutation.strip().rstrip("：:") or "、".join(reading.addressees),
        opening=reading.opening or "",
        closing="\n".join(reading.closing),
        result_class=ResultClass.objects.filter(
            scheme=session.result_scheme_id, code=(reading.result_class or "")[:1] or None
        ).first(),
        contact_person=reading.contact.person or "",
        contact_phone=reading.contact.phone or "",
        copies="、".join(reading.copies),
        document_number=reading.document_number or reading.metadata.document_number or "",
        signer_names="、".join(reading.signers),
        signed_on=reading.signed_on,
        created_at=now(),
    )
    _insist_on_lengths(
        reply, ("title", "addressee", "contact_person", "contact_phone", "copies", "document_number", "signer_names")
    )
    reply.save()
    store_outline(reply, [_within_columns(section) for section in reading.sections])
    return reply


def _insist_on_lengths(row: Proposal | Reply, names: Sequence[str]) -> None:
    for name in names:
        column = row._meta.get_field(name)
        longest = getattr(column, "max_length", None)
        if longest and len(getattr(row, name)) > longest:
            label = getattr(column, "verbose_name", name)
            raise InvalidInput({"file": f"读到的{label}超过{longest}字，请在源文件中核对。"})


def _within_columns(section: Section) -> Section:
    """A heading longer than its column becomes a paragraph, so that no character is lost."""
    children = tuple(_within_columns(child) for child in section.children)
    longest = ReplySection._meta.get_field("heading").max_length or 200
    marker_longest = ReplySection._meta.get_field("printed_marker").max_length or 12
    if len(section.heading) <= longest and len(section.marker) <= marker_longest:
        return replace(section, children=children)
    line = glue(section.marker, section.heading)
    first, rest = (section.paragraphs[:1], section.paragraphs[1:]) if section.run_in else ((), section.paragraphs)
    return replace(
        section,
        marker="",
        heading="",
        run_in=False,
        paragraphs=("".join((line, *first)), *rest),
        children=children,
    )


def import_account() -> User:
    """Owner of what commands import; it has no password and is not active."""
    account, created = User.objects.get_or_create(
        username=IMPORT_ACCOUNT, defaults={"display_name": "系统导入", "is_active": False}
    )
    if created:
        account.set_unusable_password()
        account.save(update_fields=["password"])
    return account
