"""What the crowd does: each deed looks for a case it may fit, and is sent whether it still fits or not.

One in eight is sent by somebody who has no business there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model, QuerySet
from django.urls import reverse

from proposals.models import Assignment, Attachment, Bureau, Proposal, Proposer, Session
from proposals.services.content import stored_content
from replies.forms.drafting import Stamp, fingerprint, head_initial, section_initial, stamps_text
from replies.models import CoHandlerOpinion, ImportItem, Publication, RenderedDocument, Reply, ReplySection
from replies.services.saving import head_text, section_text
from tests.factories import PAGE
from tests.proposals.stages import form_data
from tests.races.crowd import Visitor

Row = TypeVar("Row", bound=Model)
STRANGERS = ("member2", "nobody", "scj_clerk", "gaj_leader", "minjian", "sfj_reviewer", "tian2", "ducha2")
CLERKS = {"sfj": ("sfj_clerk", "sfj_clerk2"), "gaj": ("gaj_clerk",), "scj": ("scj_clerk",), "ysj": ("ysj_clerk",)}
PAGES = ("work", "proposal-list", "notice-list", "public-list", "manual", "proposal-new", "healthz")


def one_of(visitor: Visitor, rows: QuerySet[Row]) -> Row | None:
    """A random row of the newest forty; None when there is none."""
    keys = list(rows.order_by("-pk").values_list("pk", flat=True)[:40])
    return rows.filter(pk=visitor.random.choice(keys)).first() if keys else None


def somebody(visitor: Visitor, *fit: str) -> str:
    """One of those whose turn it is; now and then a stranger."""
    return visitor.random.choice(STRANGERS if visitor.random.random() < 0.125 else fit)


def look(visitor: Visitor) -> None:
    url = reverse(visitor.random.choice(PAGES))
    visitor.get(somebody(visitor, "tian", "ducha", "sfj_clerk", "sfj_leader", "gaj_clerk", "member"), url)


def search(visitor: Visitor) -> None:
    words = visitor.random.choice(("营商", "第00", "记号", "检查", "不存在的词"))
    visitor.get("tian", reverse("proposal-list") + f"?q={words}&state=assigned")


def look_at_case(visitor: Visitor) -> None:
    if proposal := one_of(visitor, Proposal.objects.all()):
        visitor.get(somebody(visitor, "tian", "sfj_clerk", "minjian"), reverse("proposal-detail", args=[proposal.pk]))


def look_at_reply(visitor: Visitor) -> None:
    if reply := one_of(visitor, Reply.objects.all()):
        page = visitor.random.choice(("reply-detail", "reply-edit", "reply-history"))
        visitor.get(somebody(visitor, "sfj_clerk", "sfj_reviewer"), reverse(page, args=[reply.pk]))


def look_at_public_page(visitor: Visitor) -> None:
    if row := one_of(visitor, Publication.objects.filter(state__in=["published", "unpublished"])):
        visitor.get("nobody", reverse("public-page", args=[row.index_number]))


def read_notices(visitor: Visitor) -> None:
    visitor.post(somebody(visitor, "tian", "ducha", "sfj_clerk", "minjian"), reverse("notice-read-all"))


def come_and_go(visitor: Visitor) -> None:
    who = visitor.random.choice(("tian", "sfj_clerk", "minjian", "sfj_leader"))
    visitor.log_out(who)
    visitor.log_in(who)


def begin_draft(visitor: Visitor) -> None:
    data = {
        "session": Session.objects.filter(is_open=True).values_list("pk", flat=True)[0],
        "kind": visitor.random.choice(Proposal.Kind.values),
        "title": f"关于{visitor.mark()}的建议",
        "proposer": Proposer.objects.get(name="民建盘锦市委员会").pk,
        "key": uuid4().hex,
    }
    visitor.post(somebody(visitor, "minjian"), reverse("proposal-new"), data)


def write_draft(visitor: Visitor) -> None:
    proposal = one_of(visitor, Proposal.objects.filter(state__in=["draft", "returned"], created_by__username="minjian"))
    if proposal is None:
        return begin_draft(visitor)
    content, mark = stored_content(proposal), visitor.mark()
    changes = {
        "background": f"{content.background}{mark}",
        "analysis": content.analysis or "问题在于衔接不够。",
        "suggestions": content.suggestions or "1. 统一标准。",
        "asks-TOTAL_FORMS": 1,
        "asks-0-text": "统一标准。",
        "asks-0-position": 1,
    }
    data = form_data(content, proposal.version, **changes)
    visitor.wait()
    url = reverse("proposal-autosave", args=[proposal.pk])
    answer = visitor.post(somebody(visitor, "minjian"), url, data, by_script=True)
    if answer.status_code == 200:
        visitor.report.saved.append(["proposal", proposal.pk, mark])
    elif answer.status_code == 409 and "mine" in answer.json() and mark not in answer.json()["mine"]:
        visitor.report.faults.append(f"the conflict of proposal {proposal.pk} does not give {mark} back")
    return None


def add_file(visitor: Visitor) -> None:
    proposal = one_of(visitor, Proposal.objects.filter(state="draft", created_by__username="minjian"))
    if proposal is None:
        return
    data = form_data(stored_content(proposal), proposal.version)
    data["attachments"] = SimpleUploadedFile("附件.txt", visitor.mark().encode())
    visitor.post(somebody(visitor, "minjian"), reverse("proposal-edit", args=[proposal.pk]), data)


def remove_file(visitor: Visitor) -> None:
    if row := one_of(visitor, Attachment.objects.filter(proposal__state="draft")):
        visitor.wait()
        visitor.post(somebody(visitor, "minjian"), reverse("attachment-delete", args=[row.pk]))


def hand_in(visitor: Visitor) -> None:
    rows = Proposal.objects.filter(state__in=["draft", "returned"], created_by__username="minjian")
    if proposal := one_of(visitor, rows.exclude(background="")):
        visitor.wait()
        visitor.post(somebody(visitor, "minjian"), reverse("proposal-submit", args=[proposal.pk]))


def review_proposal(visitor: Visitor) -> None:
    if proposal := one_of(visitor, Proposal.objects.filter(state="submitted")):
        outcome = visitor.random.choices(("register", "return_for_revision"), (6, 1))[0]
        data = {"outcome": outcome, "opinion": visitor.mark()}
        visitor.wait()
        visitor.post(somebody(visitor, "tian", "tian2"), reverse("proposal-review", args=[proposal.pk]), data)


def assign_or_undo(visitor: Visitor) -> None:
    proposal = one_of(visitor, Proposal.objects.filter(state="registered"))
    if proposal is None:
        return
    visitor.wait()
    if visitor.random.random() < 0.1:
        url = reverse("proposal-undo-registration", args=[proposal.pk])
        visitor.post("tian", url, {"opinion": "编号有误。"})
        return
    codes = visitor.random.sample(["gaj", "scj", "ysj"], visitor.random.randint(0, 2))
    data = {
        "lead": Bureau.objects.get(code="sfj").pk,
        "co_handlers": list(Bureau.objects.filter(code__in=codes).values_list("pk", flat=True)),
    }
    visitor.post(somebody(visitor, "ducha", "ducha2"), reverse("proposal-assign", args=[proposal.pk]), data)


def sign_for_receipt(visitor: Visitor) -> None:
    rows = Assignment.objects.filter(state="pending").select_related("bureau")
    if row := one_of(visitor, rows):
        visitor.wait()
        if not row.is_answering and visitor.random.random() < 0.1:
            visitor.post("ducha", reverse("assignment-withdraw", args=[row.pk]), {"reason": "不涉及该单位。"})
            return
        visitor.post(somebody(visitor, *CLERKS[row.bureau.code]), reverse("assignment-accept", args=[row.pk]))


def start_reply(visitor: Visitor) -> None:
    rows = Assignment.objects.filter(state="accepted", role__in=["sole", "lead"], replies__isnull=True)
    if row := one_of(visitor, rows):
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("reply-start", args=[row.pk]))


def write_reply(visitor: Visitor) -> None:
    section = one_of(visitor, ReplySection.objects.filter(reply__state="drafting").prefetch_related("asks"))
    if section is None:
        return add_section(visitor)
    text, mark = section_text(section), visitor.mark()
    key = f"s{section.pk}"
    values = {**section_initial(text), "body": f"{text.body}{mark}"}
    data = {f"{key}-{name}": value for name, value in values.items() if value not in (None, False)}
    # Every ask is answered by somebody's text; a reply that leaves one out cannot be handed in.
    data[f"{key}-asks"] = list(section.reply.proposal.asks.values_list("pk", flat=True))
    data["version"] = stamps_text({key: Stamp(section.version, fingerprint(text))})
    visitor.wait()
    url = reverse("reply-autosave", args=[section.reply_id])
    answer = visitor.post(somebody(visitor, *CLERKS["sfj"]), url, data, by_script=True)
    if answer.status_code == 200:
        visitor.report.saved.append(["section", section.pk, mark])
    elif answer.status_code == 409 and "conflict_url" in answer.json():
        visitor.report.kept.append(["reply", section.reply_id, mark])
    return None


def choose_class(visitor: Visitor) -> None:
    reply = one_of(visitor, Reply.objects.filter(state="drafting", result_class=None))
    if reply is None:
        return
    text = head_text(reply)
    chosen = reply.proposal.session.result_scheme.classes.first()
    values = {**head_initial(text), "result_class": chosen.pk if chosen else ""}
    data = {f"head-{name}": value for name, value in values.items() if value is not None}
    data["version"] = stamps_text({"head": Stamp(reply.version, fingerprint(text))})
    visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("reply-edit", args=[reply.pk]), data)


def add_section(visitor: Visitor) -> None:
    if reply := one_of(visitor, Reply.objects.filter(state="drafting")):
        url = reverse("reply-edit", args=[reply.pk])
        visitor.post(somebody(visitor, *CLERKS["sfj"]), url, {"version": "", "do": "add"})


def delete_section(visitor: Visitor) -> None:
    if section := one_of(visitor, ReplySection.objects.filter(reply__state="drafting")):
        visitor.wait()
        url = reverse("section-delete", args=[section.pk])
        visitor.post(somebody(visitor, *CLERKS["sfj"]), url, {"version": section.version})


def write_opinion(visitor: Visitor) -> None:
    rows = Assignment.objects.filter(state="accepted", role="co_handler").exclude(
        opinion__state__in=("signing", "submitted")
    )
    row = one_of(visitor, rows.select_related("bureau"))
    if row is None:
        return
    opinion, mark = CoHandlerOpinion.objects.filter(assignment=row).first(), visitor.mark()
    stands = opinion.body if opinion else ""
    data = {"version": opinion.version if opinion else 0, "heading": "", "body": f"{stands}{mark}"}
    visitor.wait()
    url = reverse("opinion-autosave", args=[row.pk])
    answer = visitor.post(somebody(visitor, *CLERKS[row.bureau.code]), url, data, by_script=True)
    if answer.status_code == 200:
        visitor.report.saved.append(["opinion", row.pk, mark])


def hand_opinion_on(visitor: Visitor) -> None:
    if opinion := one_of(visitor, CoHandlerOpinion.objects.exclude(state="submitted")):
        code, is_sent = opinion.assignment.bureau.code, opinion.state == "signing"
        who = somebody(visitor, *([f"{code}_leader"] if is_sent else CLERKS[code]))
        url = reverse("opinion-sign" if is_sent else "opinion-submit", args=[opinion.assignment_id])
        visitor.post(who, url, {"version": opinion.version})


def take_opinion_over(visitor: Visitor) -> None:
    rows = CoHandlerOpinion.objects.filter(state="submitted", taken_over_at=None)
    if opinion := one_of(visitor, rows):
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("opinion-take-over", args=[opinion.pk]))


def send_to_review(visitor: Visitor) -> None:
    rows = Reply.objects.filter(state="drafting", result_class__isnull=False, sections__isnull=False).distinct()
    if reply := one_of(visitor, rows):
        visitor.wait()
        url = reverse("reply-send-to-review", args=[reply.pk])
        visitor.post(somebody(visitor, *CLERKS["sfj"]), url, {"comment": visitor.mark()})


def _decide(visitor: Visitor, state: str, page: str, *fit: str) -> None:
    reply = one_of(visitor, Reply.objects.filter(state=state))
    if reply is None:
        return
    data = {"round": reply.clearance_round, "comment": visitor.mark(), "result_class": reply.result_class_id or ""}
    if visitor.random.random() < 0.12:
        data["decision"] = "send_back"
    visitor.wait()
    visitor.post(somebody(visitor, *fit), reverse(page, args=[reply.pk]), data)


def review_reply(visitor: Visitor) -> None:
    _decide(visitor, "reviewing", "reply-review", "sfj_reviewer")


def countersign(visitor: Visitor) -> None:
    _decide(visitor, "countersigning", "reply-countersign", "gaj_clerk", "scj_clerk", "ysj_clerk")


def sign(visitor: Visitor) -> None:
    _decide(visitor, "signing", "reply-sign", "sfj_leader", "sfj_leader2")


def issue(visitor: Visitor) -> None:
    if reply := one_of(visitor, Reply.objects.filter(state="signed")):
        visitor.wait()
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("reply-issue", args=[reply.pk]))


def rate(visitor: Visitor) -> None:
    if reply := one_of(visitor, Reply.objects.filter(state="issued", feedback__isnull=True)):
        data = {"attitude": "satisfied", "result": "basically", "opinion": visitor.mark()}
        visitor.wait()
        visitor.post(somebody(visitor, "minjian"), reverse("reply-rate", args=[reply.pk]), data)


def prepare_publication(visitor: Visitor) -> None:
    if reply := one_of(visitor, Reply.objects.filter(state="issued").exclude(publications__isnull=False)):
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("publication-prepare", args=[reply.pk]))


def complete_metadata(visitor: Visitor) -> None:
    if row := one_of(visitor, Publication.objects.filter(state="preparing")):
        data = {
            "title": row.title,
            "issuing_body": row.issuing_body,
            "created_on": f"{row.created_on:%Y-%m-%d}" if row.created_on else "2022-08-18",
            "document_number": row.document_number,
            "topic_class": "政治建设 / 法治建设",
            "keywords": visitor.random.choice(("营商环境 法治", "执法 检查")),
            "version": row.version,
        }
        visitor.wait()
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("publication-detail", args=[row.pk]), data)


def start_release(visitor: Visitor) -> None:
    if row := one_of(visitor, Publication.objects.filter(state="preparing").exclude(topic_class="")):
        visitor.post(somebody(visitor, *CLERKS["sfj"]), reverse("publication-start", args=[row.pk]))


def decide_release(visitor: Visitor) -> None:
    if row := one_of(visitor, Publication.objects.filter(state="releasing")):
        passes = visitor.random.random() > 0.1
        data = {"decision": "pass" if passes else "return", "comment": visitor.mark()}
        visitor.wait()
        done = row.decisions.filter(round=row.round).count()
        turn = (CLERKS["sfj"], ("sfj_reviewer",), ("sfj_leader", "sfj_leader2"))[min(done, 2)]
        visitor.post(somebody(visitor, *turn), reverse("publication-decide", args=[row.pk]), data)


def take_down(visitor: Visitor) -> None:
    if row := one_of(visitor, Publication.objects.filter(state__in=["published", "releasing"])):
        url = reverse("publication-unpublish", args=[row.pk])
        visitor.post(somebody(visitor, "sfj_leader"), url, {"reason": "数据待更正。"})


def look_at_file(visitor: Visitor) -> None:
    if row := one_of(visitor, RenderedDocument.objects.all()):
        page = visitor.random.choice(("document-detail", "document-file"))
        visitor.get(somebody(visitor, "sfj_clerk", "minjian"), reverse(page, args=[row.pk]))


def import_page(visitor: Visitor) -> None:
    number = str(visitor.random.randint(700, 720))
    page = PAGE.replace("118", number).replace("govsscj-2022-000", "govsscj-2022-777")
    who = somebody(visitor, "tian", "tian2")
    data = {"key": str(visitor.random.random()), "uploads": SimpleUploadedFile("答复.txt", page.encode())}
    visitor.post(who, reverse("import-new"), data)
    items = list(ImportItem.objects.filter(state="read").order_by("id"))
    if items:
        item = visitor.random.choice(items)
        visitor.post(who, reverse("import-item-store", args=[item.pk]), {"version": item.version})


DEEDS: dict[str, tuple[float, Callable[[Visitor], None]]] = {
    deed.__name__: (weight, deed)
    for weight, deed in (
        (6, look),
        (2, search),
        (4, look_at_case),
        (3, look_at_reply),
        (1, look_at_public_page),
        (1, look_at_file),
        (1, read_notices),
        (1, come_and_go),
        (4, begin_draft),
        (9, write_draft),
        (1, add_file),
        (1, remove_file),
        (5, hand_in),
        (5, review_proposal),
        (5, assign_or_undo),
        (7, sign_for_receipt),
        (4, start_reply),
        (11, write_reply),
        (3, choose_class),
        (2, add_section),
        (1, delete_section),
        (4, write_opinion),
        (5, hand_opinion_on),
        (3, take_opinion_over),
        (4, send_to_review),
        (4, review_reply),
        (5, countersign),
        (4, sign),
        (4, issue),
        (2, rate),
        (4, prepare_publication),
        (3, complete_metadata),
        (3, start_release),
        (8, decide_release),
        (1, take_down),
        (1, import_page),
    )
}
