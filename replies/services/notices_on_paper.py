"""Papers of the office that steers the work, as letters: 交办通知, 催办通知书, 督办通知书 (DOMAIN 1.7, 1.13).

They are made when somebody asks for them, out of rows that do not change any more once sent, and are not stored.
"""

from __future__ import annotations

from datetime import date, datetime

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import SHANGHAI
from proposals.errors import WrongStage
from proposals.models import Assignment, Bureau, Deadline, Proposal, SupervisionSlip, Urging
from proposals.models.deadlines import DeadlineKind
from proposals.queries import addressed_proposers
from replies.documents.letter import Letter
from replies.queries import active_assignments
from replies.services.letters import heading_of
from replies.structure.outline import Scheme, Section, number

NOT_ASSIGNED = "提案还没有交办，交办后才有交办通知。"
# What an assignment starts the clock of.
CLOCKS = (DeadlineKind.RECEIPT, DeadlineKind.OPINION, DeadlineKind.REPLY)


def assignment_notice(proposal: Proposal) -> Letter:
    """交办通知 of a case to all bureaus that have to do with it, with their days. WrongStage before it is assigned."""
    shares = active_assignments(proposal.pk)
    office = Bureau.objects.filter(kind=Bureau.Kind.SUPERVISION).order_by("pk").first()
    if not shares or office is None:
        raise WrongStage(NOT_ASSIGNED)
    proposers = "、".join(str(one) for one in addressed_proposers(proposal.pk)[:3])
    sections = [
        _section("承办单位", *(f"{share.get_role_display()}：{share.bureau.name}。" for share in shares)),
        _section("办理期限", *_days(proposal)),
        _section("有关要求", *_duties(shares)),
    ]
    session = proposal.session.name
    return Letter(
        **heading_of(office),
        number="",
        class_mark="",
        title=f"关于交办市政协{session}{proposal.label}提案的通知",
        addressee="、".join(share.bureau.name for share in shares),
        opening=f"{proposers}在市政协{session}提出的《{proposal.title}》（{proposal.label}）已经立案。"
        "现予交办，有关事项通知如下：",
        body=number([one for one in sections if one.paragraphs], Scheme.FULL),
        closing=("特此通知。",),
        signers=(office.name,),
        signed_on=max(_day(share.assigned_at) for share in shares),
        contact_person=office.contact_person,
        contact_phone=office.contact_phone,
        copies=("市政协提案委",),
    )


def urging_notice(urging: Urging) -> Letter:
    """催办通知书 with its number, as it was sent."""
    names = "、".join(bureau.name for bureau in urging.bureaus.all())
    # The text may begin with the addressee ("市司法局："): the letter has a line for it.
    short = "、".join(bureau.short_name for bureau in urging.bureaus.all())
    text = urging.text.strip()
    for name in (urging.addressed, names, short):
        if name and text.startswith((f"{name}：", f"{name}:")):
            text = text[len(name) + 1 :]
            break
    sender, day = urging.post.bureau, _day(urging.urged_at)
    return _notice(sender, str(urging), "提案催办通知书", names, text.splitlines(), day)


def slip_notice(slip: SupervisionSlip) -> Letter:
    """督办通知书: what is demanded, by when it is to be reported."""
    proposal = slip.proposal
    about = f"市政协{proposal.session.name}《{proposal.title}》（{proposal.label}）由你单位办理。"
    subject = f"督办的事项：{slip.subject}" if slip.subject else ""
    due = f"请于{long_date(slip.due_on)}{'（暂定）' if slip.due_is_provisional else ''}前在平台报送办理情况。"
    lines = [about, subject, *slip.text.splitlines(), due]
    return _notice(slip.post.bureau, str(slip), "提案督办通知书", slip.bureau.name, lines, _day(slip.issued_at))


def _notice(
    office: Bureau | None, document_number: str, title: str, addressee: str, lines: list[str], day: date
) -> Letter:
    sender = office or Bureau.objects.filter(kind=Bureau.Kind.SUPERVISION).order_by("pk").first()
    if sender is None:
        raise WrongStage("还没有登记政府督查室，不能印制通知书。请联系管理员。")
    paragraphs = tuple(line.strip() for line in lines if line.strip())
    return Letter(
        **heading_of(sender),
        number=document_number,
        class_mark="",
        title=title,
        addressee=addressee,
        opening="",
        body=(Section(0, "", "", False, paragraphs),),
        closing=(),
        signers=(sender.name,),
        signed_on=day,
        contact_person=sender.contact_person,
        contact_phone=sender.contact_phone,
    )


def _section(heading: str, *paragraphs: str) -> Section:
    return Section(0, "", heading, False, paragraphs)


def _days(proposal: Proposal) -> list[str]:
    """One line for each bureau: 盘锦市司法局：2022年3月8日前签收，2022年6月30日前答复提案者。"""
    words = {
        DeadlineKind.RECEIPT: "前签收",
        DeadlineKind.OPINION: "前把会办意见送主办单位",
        DeadlineKind.REPLY: "前答复提案者",
    }
    rows = Deadline.objects.filter(proposal=proposal, kind__in=CLOCKS, bureau__isnull=False, cancelled_at=None)
    found: dict[str, list[str]] = {}
    for row in rows.select_related("bureau").order_by("bureau__position", "bureau_id", "due_on", "id"):
        if row.bureau is not None:
            provisional = "（暂定）" if row.is_provisional else ""
            found.setdefault(row.bureau.name, []).append(
                f"{long_date(row.due_on)}{provisional}{words[DeadlineKind(row.kind)]}"
            )
    return [f"{name}：{'，'.join(parts)}。" for name, parts in found.items()]


def _duties(shares: list[Assignment]) -> list[str]:
    notes = dict.fromkeys(share.note.strip() for share in shares if share.note.strip())
    helped = any(share.role == Assignment.Role.CO_HANDLER for share in shares)
    merged = "主办单位先与会办单位沟通，汇总会办意见后统一答复；会办单位不直接答复提案者。" if helped else ""
    return [
        *notes,
        *filter(None, (merged, "办理中应与提案者沟通，逐条回应建议；不属于本单位职责的，请在规定期限内申请改办。")),
    ]


def _day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
