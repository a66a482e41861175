"""Papers of the office that steers the work, as letters: 交办通知, 催办通知书, 督办通知书 (DOMAIN 1.7, 1.13).

They are made when somebody asks for them and are not stored. 催办通知书 and 督办通知书 come out of rows that do not
change once sent. 交办通知 comes out of the case as it stands: it keeps the day of the assignment, and says under its
terms that they are those in force on the day it was printed. The format is the one the office has chosen now.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import day_of, today
from proposals.errors import WrongStage
from proposals.models import Assignment, Bureau, Deadline, Proposal, SupervisionSlip, Urging
from proposals.models.deadlines import DeadlineKind
from proposals.queries import addressed_proposers
from replies.documents.letter import Letter
from replies.queries import active_assignments
from replies.services.letters import heading_of
from replies.structure.outline import Scheme, Section, number

# The last words of a notice. Being short, they go over to the next page with a signature that finds no room: a long
# paragraph cannot, and would leave it alone there.
LAST_WORDS = "特此通知。"
NOT_ASSIGNED = "提案还没有交办，交办后才有交办通知。"
# What an assignment starts the clock of, in the order it is printed: what is due on a day, and its term's name.
CLOCKS = {
    DeadlineKind.RECEIPT: ("前签收", "签收"),
    DeadlineKind.OPINION: ("前把会办意见送主办单位", "送会办意见"),
    DeadlineKind.REPLY: ("前答复提案者", "答复提案者"),
}


def assignment_notice(proposal: Proposal) -> Letter:
    """交办通知 of a case to all bureaus that have to do with it, with their days. WrongStage before it is assigned."""
    shares = active_assignments(proposal.pk)
    office = _office()
    if not shares or office is None:
        raise WrongStage(NOT_ASSIGNED)
    proposers = "、".join(str(one) for one in addressed_proposers(proposal.pk)[:3])
    sections = [
        _section("承办单位", *(f"{share.get_role_display()}：{share.bureau.name}。" for share in shares)),
        _section("办理期限", *_days(shares)),
        _section("有关要求", *_duties(proposal, shares)),
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
        closing=(LAST_WORDS,),
        signers=(office.name,),
        signed_on=max(day_of(share.assigned_at) for share in shares),
        contact_person=office.contact_person,
        contact_phone=office.contact_phone,
        copies=("市政协提案委",),
    )


def urging_notice(urging: Urging) -> Letter:
    """催办通知书 with its number, as it was sent. A text that does not name the case by number and title gets a line
    above it that does."""
    names = "、".join(bureau.name for bureau in urging.bureaus.all())
    # The text may begin with the addressee ("市司法局："): the letter has a line for it.
    short = "、".join(bureau.short_name for bureau in urging.bureaus.all())
    text = urging.text.strip()
    for name in (urging.addressed, names, short):
        if name and text.startswith((f"{name}：", f"{name}:")):
            text = text[len(name) + 1 :]
            break
    proposal, lines = urging.proposal, text.splitlines()
    if proposal.title not in text or proposal.label not in text:
        lines.insert(0, f"现就{_named(proposal)}提案的办理催办如下：")
    return _notice(urging.post.bureau, str(urging), "提案催办通知书", names, lines, day_of(urging.urged_at))


def slip_notice(slip: SupervisionSlip) -> Letter:
    """督办通知书: what is demanded, by when it is to be reported."""
    proposal = slip.proposal
    about = f"{_named(proposal)}由你单位办理。"
    subject = f"督办的事项：{slip.subject}" if slip.subject else ""
    due = f"请于{long_date(slip.due_on)}{'（暂定）' if slip.due_is_provisional else ''}前在平台报送办理情况。"
    lines = [about, subject, *slip.text.splitlines(), due]
    return _notice(slip.post.bureau, str(slip), "提案督办通知书", slip.bureau.name, lines, day_of(slip.issued_at))


def _office() -> Bureau | None:
    return Bureau.objects.filter(kind=Bureau.Kind.SUPERVISION).order_by("pk").first()


def _named(proposal: Proposal) -> str:
    return f"市政协{proposal.session.name}《{proposal.title}》（{proposal.label}）"


def _notice(
    office: Bureau | None, document_number: str, title: str, addressee: str, lines: list[str], day: date
) -> Letter:
    sender = office or _office()
    if sender is None:
        raise WrongStage("还没有登记政府督查室，不能印制通知书。请联系管理员。")
    bare = (line.strip().removesuffix(LAST_WORDS).strip() for line in lines)  # some texts end with these words already
    return Letter(
        **heading_of(sender),
        number=document_number,
        class_mark="",
        title=title,
        addressee=addressee,
        opening="",
        body=(Section(0, "", "", False, tuple(filter(None, bare))),),
        closing=(LAST_WORDS,),
        signers=(sender.name,),
        signed_on=day,
        contact_person=sender.contact_person,
        contact_phone=sender.contact_phone,
    )


def _section(heading: str, *paragraphs: str) -> Section:
    return Section(0, "", heading, False, paragraphs)


def _days(shares: list[Assignment]) -> list[str]:
    """One line for each of ``shares`` in their order (盘锦市司法局：2022年3月8日前签收，2022年6月30日前答复提案者。)
    and a last one that says which day's terms they are (one query).

    Of a kind that ran twice (签收 after a refused 申请改办) the last clock counts. What stands still with its case has
    no day: it is said to be suspended.
    """
    rows = Deadline.objects.filter(Q(cancelled_at=None) | Q(is_suspended=True), assignment__in=shares, kind__in=CLOCKS)
    last = {(row.assignment_id, row.kind): row for row in rows.order_by("id")}
    lines = []
    for share in shares:
        clocks = [last[share.pk, kind] for kind in CLOCKS if (share.pk, kind) in last]
        if clocks:
            lines.append(f"{share.bureau.name}：{'，'.join(map(_term, clocks))}。")
    return [*lines, f"（期限以平台当前登记为准，打印于{long_date(today())}）"] if lines else []


def _term(clock: Deadline) -> str:
    by, name = CLOCKS[DeadlineKind(clock.kind)]
    if clock.is_suspended and clock.met_at is None:
        return f"{name}的期限因中止办理停止计算"
    return f"{long_date(clock.due_on)}{'（暂定）' if clock.is_provisional else ''}{by}"


def _duties(proposal: Proposal, shares: list[Assignment]) -> list[str]:
    """What the office demanded when it assigned the case, and what always holds (one query).

    The office writes one 交办说明 for all bureaus. The note of a share that came later is the remark of the decision
    about a request (同意改办), which is no demand; so the case's first share is asked.
    """
    given = proposal.assignments.order_by("pk").values_list("note", flat=True).first() or ""
    helped = any(share.role == Assignment.Role.CO_HANDLER for share in shares)
    merged = "主办单位先与会办单位沟通，汇总会办意见后统一答复；会办单位不直接答复提案者。" if helped else ""
    always = "办理中应与提案者沟通，逐条回应建议；不属于本单位职责的，请在规定期限内申请改办。"
    return [line for line in (given.strip(), merged, always) if line]
