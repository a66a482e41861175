"""Taking over a published reply: read the page, make the case it belongs to, keep the source, have it checked.

An imported case stands in stages of its own (已导入): nobody pretends that it was assigned, cleared or signed here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from panjin_portal.lib.chinese import from_chinese, long_date
from panjin_portal.lib.clock import SHANGHAI, now, today
from panjin_portal.lib.storage import why_not_stored
from panjin_portal.lib.text import has_control_characters
from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Role, User
from proposals.permissions import Decision, find_post
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notices import holders_of, notify
from replies.documents.letter import digest, to_dict
from replies.models import ImportedSource, Reply
from replies.permissions import can
from replies.services.import_case import add_proposal, add_reply, bureau_of, import_account, known_bureaus, session_of
from replies.services.letters import letter_of, names_in
from replies.services.rendering import queue_letter
from replies.services.storing import store_by_content
from replies.structure.handlers import KnownBureau
from replies.structure.imported import ImportedReply, Kind
from replies.structure.reading import read_reply
from replies.workflow import ReplyState

MAX_BYTES = 2 * 1024 * 1024
IMPORT_ROLES = (Role.COMMITTEE_STAFF, Role.OFFICE_STAFF)
_SESSION = re.compile(r"([一二三四五六七八九十百\d]+)届([一二三四五六七八九十百\d]+)次")


def decode(raw: bytes) -> str:
    """The text of a page file. Raises UploadRefused when it is empty, too large or not UTF-8."""
    if len(raw) > MAX_BYTES:
        raise UploadRefused(f"文件超过{MAX_BYTES // 1024 // 1024} MB，不像一份答复的网页文本。")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused("文件不是 UTF-8 编码的文本，请用编辑器另存为 UTF-8 后再导入。") from error
    if not text.strip():
        raise UploadRefused("文件是空的，请重新选择。")
    return text


def may_import(user: User) -> Decision:
    """Whether ``user`` may take over published replies: staff of the two offices."""
    post = find_post(user, IMPORT_ROLES)
    if post is None:
        return Decision(False, "导入答复由提案委和督查室的工作人员办理，您没有对应的岗位。")
    return Decision(True, "", post)


def import_reply(
    actor: User | None, *, file_name: str, raw: bytes, vocabulary: Sequence[KnownBureau] | None = None
) -> Reply:
    """Read ``raw`` and store case, reply and source; ``actor`` is None when a command imports.

    Raises InvalidInput on the field ``file``: no reply to a proposal, no number or session on it, unknown signer, the
    same file or the same number of the session imported before. Nothing is half stored.
    """
    post = insist(may_import(fresh(actor))) if actor else None
    try:
        text = decode(raw)
    except UploadRefused as refused:
        raise InvalidInput({"file": refused.message}) from refused
    reading = read_reply(text, known_bureaus() if vocabulary is None else vocabulary)
    term, number = _insist_on_reply(reading)
    sha256 = hashlib.sha256(raw).hexdigest()
    _refuse_known(sha256)
    bureau = bureau_of(reading)
    try:
        stored, _ = store_by_content(raw, folder="imports", suffix=".txt")
    except OSError as error:
        raise InvalidInput({"file": why_not_stored(error)}) from error
    try:
        with transaction.atomic():
            owner = actor or import_account()
            session = session_of(term, number, reading)
            proposal = add_proposal(owner, session, bureau, reading)
            reply = add_reply(proposal, bureau, session, reading)
            ImportedSource.objects.create(
                reply=reply,
                file=stored,
                file_name=file_name[:150],
                sha256=sha256,
                text=text,
                reading=reading.as_dict(),
                imported_by=actor,
                imported_at=now(),
            )
            record_event(
                actor,
                proposal=proposal,
                kind="import",
                post=post,
                text=f"由已公开的答复导入，源文件“{file_name[:80]}”",
                data={"reply": reply.pk, "sha256": sha256, "warnings": [one.code for one in reading.warnings]},
            )
            notify(
                holders_of(roles=IMPORT_ROLES),
                text=f"导入的答复待核对：{reply.title}",
                link=reverse("import-confirm", args=[reply.pk]),
                but=actor,
            )
    except IntegrityError as error:
        raise InvalidInput({"file": "这份文件或这件提案刚刚被别人导入过。"}) from error
    return reply


@transaction.atomic
def confirm_import(actor: User, *, reply: Reply, signed_on: date | None, signed_by: str) -> Reply:
    """Staff have compared text and source: it was signed outside the portal on ``signed_on`` by ``signed_by`` (names
    parted by 、). The text is frozen and its letter queued. Raises InvalidInput, WrongStage, NotAllowed."""
    proposal = lock_proposal(reply.proposal_id)
    reply = Reply.objects.select_related("bureau", "result_class", "source").get(pk=reply.pk)
    post = insist(may_confirm(fresh(actor), reply))
    names = names_in(signed_by)
    _check_signature(signed_on, names)
    reply.signed_on, reply.signer_names = signed_on, "、".join(names)
    letter = letter_of(reply)
    reply.signed_letter, reply.signed_digest = to_dict(letter), digest(letter)
    reply.state = ReplyState.CONFIRMED
    reply.save(update_fields=["signed_on", "signer_names", "signed_letter", "signed_digest", "state"])
    ImportedSource.objects.filter(reply=reply).update(confirmed_by=actor, confirmed_at=now())
    day = long_date(signed_on) if signed_on else ""
    record_event(
        actor,
        proposal=proposal,
        kind="confirm_import",
        post=post,
        text=f"核对导入文本与原件一致：{day}由{reply.signer_names}在平台外签发",
        data={
            "reply": reply.pk,
            "signed_on": signed_on.isoformat() if signed_on else None,
            "signed_by": list(names),
            "letter_digest": reply.signed_digest,
        },
    )
    queue_letter(reply)
    notify(
        holders_of(roles=[Role.CLERK], bureau_id=reply.bureau_id),
        text=f"导入的答复已核对，可以准备公开：{reply.title}",
        link=reverse("publication-prepare", args=[reply.pk]),
        but=actor,
    )
    return reply


def may_confirm(user: User, reply: Reply) -> Decision:
    """Whether ``user`` may confirm ``reply`` against its source."""
    if not ImportedSource.objects.filter(reply=reply).exists():
        raise WrongStage("这份答复不是导入的，没有可核对的原件。")
    return can(user, "confirm_import", reply)


def _check_signature(signed_on: date | None, names: Sequence[str]) -> None:
    wrong: dict[str, str] = {}
    if signed_on is None:
        wrong["signed_on"] = "请填写原件落款的日期。"
    elif signed_on > today():
        wrong["signed_on"] = "签发日期不能晚于今天。"
    joined = "、".join(names)
    if not names:
        wrong["signed_by"] = "请填写原件落款的单位。"
    elif len(joined) > 300 or has_control_characters(joined):
        wrong["signed_by"] = "落款单位太长或有不能显示的字符，请核对。"
    if wrong:
        raise InvalidInput(wrong)


def _insist_on_reply(reading: ImportedReply) -> tuple[int, int]:
    """(term, number) of the session when the page can become a case."""
    if not reading.is_reply:
        reasons = "；".join(warning.message.rstrip("。") for warning in reading.warnings)
        raise InvalidInput({"file": f"这不是一份答复：{reasons or '没有找到答复的标题和正文'}。"})
    if reading.kind is not Kind.PROPOSAL_REPLY:
        kind = reading.kind.value if reading.kind else "其他公文"
        raise InvalidInput({"file": f"这是{kind}，这里只导入政协提案答复。"})
    match = _SESSION.search(reading.session or "")
    term = _whole(match[1]) if match else None
    number = _whole(match[2]) if match else None
    missing = [
        name
        for name, value in (
            ("届次", term and number),
            ("提案号", reading.proposal_number),
            ("标题", reading.title),
            ("落款单位", reading.signers),
        )
        if not value
    ]
    if missing or term is None or number is None:
        raise InvalidInput({"file": f"文件里没有读到{'、'.join(missing)}，请在源文件中补上后再导入。"})
    return term, number


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else from_chinese(text)


def _refuse_known(sha256: str) -> None:
    known = ImportedSource.objects.filter(sha256=sha256).select_related("reply").first()
    if known is not None:
        day = long_date(known.imported_at.astimezone(SHANGHAI).date())
        raise InvalidInput({"file": f"同一份文件已在{day}导入过：{known.reply.title}。"})
