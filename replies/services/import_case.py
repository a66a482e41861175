"""The rows an imported page becomes: session, proposal with proposers, reply with its outline. Inside a transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from django.db import DatabaseError

from panjin_portal.lib.case_numbers import spellings_of
from panjin_portal.lib.clock import now, today
from proposals.errors import InvalidInput
from proposals.models import Bureau, Proposal, ProposalProposer, Proposer, ResultClass, Session, User
from proposals.services.indexing import index_proposal
from proposals.services.reference import open_session
from proposals.workflow import ProposalState
from replies.models import Reply, ReplySection
from replies.services.drafting import store_outline
from replies.services.import_fields import ADDRESSEE_MAX, CaseFields
from replies.structure.handlers import DEFAULT_BUREAUS, KnownBureau
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


class AlreadyHere(InvalidInput):
    """The same file, or the same number of the session, is in the portal: ``reply_id`` where there is one to show."""

    def __init__(
        self, errors: Mapping[str, str | Sequence[str]], *, proposal_id: int, reply_id: int | None = None
    ) -> None:
        super().__init__(errors)
        self.proposal_id = proposal_id
        self.reply_id = reply_id


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


def bureaus_to_read_by() -> tuple[KnownBureau, ...]:
    """The bureaus of the database where there is one, else those that are shipped: reading alone needs no database."""
    try:
        return known_bureaus() or DEFAULT_BUREAUS
    except DatabaseError:
        return DEFAULT_BUREAUS


def bureau_of(fields: CaseFields) -> Bureau:
    """The registered bureau that answered. InvalidInput on ``bureau`` when it is not, or no longer, registered."""
    bureau = Bureau.objects.filter(kind=Bureau.Kind.BUREAU, code=fields.bureau).first() if fields.bureau else None
    if bureau is not None:
        return bureau
    if not Bureau.objects.filter(kind=Bureau.Kind.BUREAU).exists():
        raise InvalidInput({"bureau": "还没有任何承办单位，请先运行 manage.py seed_reference 装入初始数据。"})
    printed = "、".join(fields.signers)
    raise InvalidInput({"bureau": f"落款单位“{printed}”还没有登记，请系统管理员先在后台添加单位，再导入。"})


def session_of(fields: CaseFields) -> Session:
    """The session, locked; an unknown one is entered as closed, on the first day of the year, for staff to correct.

    ``fields`` has term and number. The year of the signature only serves to place a session nobody has entered.
    """
    day = date((fields.signed_on or fields.published_on or today()).year, 1, 1)
    session = open_session(
        term=fields.term or 0,
        number=fields.session_number or 0,
        opens_on=day,
        closes_on=day,
        filing_cutoff=day,
        is_open=False,
    )
    return Session.objects.select_for_update(no_key=True).get(pk=session.pk)  # new drafts in it need not wait


def add_proposal(owner: User, session: Session, bureau: Bureau, fields: CaseFields) -> Proposal:
    """The case in its own stage 已导入, with its proposers. AlreadyHere when the session has this number already."""
    known = (
        Proposal.objects.filter(session=session, number__in=spellings_of(fields.number))
        .select_related("session")
        .first()
    )
    if known is not None:
        raise number_taken(known)
    proposal = Proposal(
        session=session,
        source=Proposal.Source.IMPORTED,
        state=ProposalState.IMPORTED,
        number=fields.number,
        title=fields.proposal_title or fields.title,
        answered_outside_by=bureau,
        created_by=owner,
        created_by_committee=True,
        created_at=now(),
    )
    _insist_on_lengths(proposal, {"number": "number", "title": "proposal_title"})
    proposal.save()
    proposers = {proposer.pk: proposer for proposer in map(_proposer, fields.addressees)}
    for position, proposer in enumerate(proposers.values(), start=1):
        ProposalProposer.objects.create(proposal=proposal, proposer=proposer, position=position)
    index_proposal(proposal)
    return proposal


def number_taken(known: Proposal) -> AlreadyHere:
    """The refusal that names the case which has the number already."""
    return AlreadyHere(
        {"number": f"{known.session.name}第{known.number}号提案已在平台中：{known.title}。不能重复导入。"},
        proposal_id=known.pk,
        reply_id=Reply.objects.filter(proposal=known).order_by("id").values_list("pk", flat=True).first(),
    )


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
    if len(name) > ADDRESSEE_MAX:
        raise InvalidInput({"addressees": f"主送“{name[:20]}…”太长，请核对。"})
    return Proposer.objects.create(kind=kind, name=name)


def add_reply(proposal: Proposal, bureau: Bureau, session: Session, fields: CaseFields) -> Reply:
    """The reply as printed: fields, and the outline with the marks of the page."""
    reply = Reply(
        proposal=proposal,
        bureau=bureau,
        state=ReplyState.IMPORTED,
        title=fields.title,
        addressee=fields.salutation or "、".join(fields.addressees),
        opening=fields.opening,
        closing="\n".join(fields.closing),
        result_class=ResultClass.objects.filter(
            scheme=session.result_scheme_id, code=fields.result_class or None
        ).first(),
        contact_person=fields.contact_person,
        contact_phone=fields.contact_phone,
        copies="、".join(fields.copies),
        document_number=fields.document_number,
        signer_names="、".join(fields.signers),
        signed_on=fields.signed_on,
        created_at=now(),
    )
    same = ("title", "contact_person", "contact_phone", "copies", "document_number")
    _insist_on_lengths(reply, {**{name: name for name in same}, "addressee": "addressees", "signer_names": "signers"})
    reply.save()
    store_outline(reply, [_within_columns(section) for section in fields.sections])
    return reply


def _insist_on_lengths(row: Proposal | Reply, names: Mapping[str, str]) -> None:
    """Refuse what no column holds; ``names`` maps columns to the fields of the import they come from."""
    for name, field in names.items():
        column = row._meta.get_field(name)
        longest = getattr(column, "max_length", None) or 0
        value = getattr(row, name)
        if len(value) > longest:
            label = getattr(column, "verbose_name", name)
            raise InvalidInput({field: f"{label}“{value[:20]}…”超过{longest}字，请核对、删减。"})


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
