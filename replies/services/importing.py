"""Taking over a published reply: read the page, make the case it belongs to, keep the source, have it checked.

An imported case stands in stages of its own (已导入): nobody pretends that it was assigned, cleared or signed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse

from panjin_portal.lib.chinese import long_date
from panjin_portal.lib.clock import now, today
from panjin_portal.lib.text import has_control_characters
from panjin_portal.lib.uploads import UploadRefused
from proposals.errors import InvalidInput, WrongStage
from proposals.models import Role, User
from proposals.permissions import Decision, find_post
from proposals.services.events import record_event
from proposals.services.locking import fresh, insist, lock_proposal
from proposals.services.notice_wording import say
from proposals.services.notices import holders_of, notify
from replies.documents.letter import digest, to_dict
from replies.models import ImportedSource, Reply
from replies.permissions import can
from replies.services.import_case import AlreadyHere, bureau_of, known_bureaus
from replies.services.import_fields import CaseFields, bureau_code_of, fields_of
from replies.services.import_making import (
    TAKEN_MEANWHILE,
    Original,
    add_case,
    refuse_known,
    refuse_known_number,
    store_original,
)
from replies.services.import_text import read_text, why_no_case
from replies.services.indexing import index_answer
from replies.services.letters import letter_of, names_in
from replies.services.rendering import queue_letter
from replies.structure.handlers import KnownBureau
from replies.structure.reading import read_reply
from replies.workflow import IMPORT_ROLES, ReplyState


def may_import(user: User) -> Decision:
    """Whether ``user`` may take over published replies: staff of the two offices."""
    post = find_post(user, IMPORT_ROLES)
    if post is None:
        return Decision(False, "导入答复由提案委和督查室的工作人员办理，您没有对应的岗位。")
    return Decision(True, "", post)


def import_reply(
    actor: User | None, *, file_name: str, raw: bytes, vocabulary: Sequence[KnownBureau] | None = None
) -> Reply:
    """Read ``raw`` and store case, reply and source at once; ``actor`` is None when a command imports.

    Raises InvalidInput on the field ``file``: no reply to a proposal; nothing to say which session, number or bureau;
    the same file or the same number of the session imported before; no room to store it. Nothing is half stored.
    """
    post = insist(may_import(fresh(actor))) if actor else None
    bureaus = known_bureaus() if vocabulary is None else vocabulary
    try:
        text = read_text(raw, name=file_name)
    except UploadRefused as refused:
        raise InvalidInput({"file": refused.message}) from refused
    reading = read_reply(text, bureaus)
    if refusal := why_no_case(reading):
        raise InvalidInput({"file": refusal})
    original = Original(file_name, raw, text, reading.as_dict())
    code = bureau_code_of(reading, bureaus)
    as_read = fields_of(original.reading, salutation=reading.salutation, bureau=code)
    try:
        with _as_file_errors():
            _insist_on_enough(as_read)
            refuse_known(original.sha256)
            stored = store_original(original)
        with _as_file_errors(), transaction.atomic():
            return add_case(actor, post=post, original=original, as_read=as_read, corrections={}, stored=stored)
    except IntegrityError as error:  # somebody was quicker: say who has it now
        with _as_file_errors():
            refuse_known(original.sha256)
            refuse_known_number(as_read)
        raise InvalidInput({"file": TAKEN_MEANWHILE}) from error


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
    index_answer(reply)
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
        text=say("import_checked", heading=reply.title),
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


@contextmanager
def _as_file_errors() -> Iterator[None]:
    """A file has but one field: every refusal inside is told there."""
    try:
        yield
    except AlreadyHere as here:
        texts = [text for texts in here.errors.values() for text in texts]
        raise AlreadyHere({"file": texts}, proposal_id=here.proposal_id, reply_id=here.reply_id) from here
    except InvalidInput as error:
        raise InvalidInput({"file": [text for texts in error.errors.values() for text in texts]}) from error


def _insist_on_enough(fields: CaseFields) -> None:
    """Refuse what could only become a case by the help of a person, and say what is lacking."""
    missing = fields.missing()
    if "bureau" in missing and fields.signers:
        bureau_of(fields)  # says which name nobody has registered, or that nothing is
    if missing:
        sentences = "、".join(dict.fromkeys(missing.values()))
        raise InvalidInput({"": f"{sentences}，不能自动存入。请在网页上导入，手工补上后存入。"})
