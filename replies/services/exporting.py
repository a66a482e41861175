"""One reply as a file outside the portal: the signed letter, or a draft that says it is one."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from django.conf import settings

from proposals.errors import PortalError, WrongStage
from replies.documents.archival import Archival
from replies.documents.docx import UnknownBlock
from replies.documents.formats import Format
from replies.documents.html import write_html
from replies.documents.layout import template_data
from replies.documents.letter import Letter, LetterDataError, digest, from_dict, plain_text
from replies.documents.pades import SigningFailed
from replies.documents.pdf import MissingGlyph
from replies.documents.process import RenderingFailed, render_in_process
from replies.models import Reply
from replies.services.letters import letter_of
from replies.services.rendering import MEGABYTES, SECONDS, ready_letter
from replies.services.signing_key import signing_key, with_signature
from replies.services.storing import read_verified

DRAFT_MARK = "草稿，未签发"


class ExportFormat(StrEnum):
    """What a reply can be exported as."""

    PDF = "pdf"
    DOCX = "docx"
    OFD = "ofd"
    TXT = "txt"
    HTML = "html"


class ExportFailed(PortalError):
    """The file could not be made; the message says why."""


def letter_for_export(reply: Reply, *, is_draft: bool = False) -> Letter:
    """The signed letter, unaltered. Without one, the letter as it stands, marked as a draft, if a draft is wanted.

    Raises WrongStage for an unsigned reply and ExportFailed for a text that is not the one that was signed.
    """
    if reply.signed_letter:
        try:
            letter = from_dict(reply.signed_letter)
        except LetterDataError as error:
            raise ExportFailed(error.message) from error
        if digest(letter) != reply.signed_digest:
            raise ExportFailed("签发文本与签发时的摘要不一致，请核查。")
        return letter
    if not is_draft:
        raise WrongStage("这份答复还没有签发（导入的还没有核对），不能导出。要看未签发的稿子，请加 --draft。")
    return as_draft(letter_of(reply))


def as_draft(letter: Letter) -> Letter:
    """The letter with the mark where its number stands, without a date: in no format can it pass for a signed one."""
    number = f"{letter.number}（{DRAFT_MARK}）" if letter.number else f"（{DRAFT_MARK}）"
    return replace(letter, number=number, signed_on=None)


def export_reply(
    reply: Reply,
    file_format: ExportFormat,
    *,
    is_draft: bool = False,
    with_source: bool = False,
    is_sealed_anew: bool = False,
) -> bytes:
    """The bytes of the file. A stored file of the signed text is taken as it is, checked against its hash.

    ``with_source``: the PDF is set anew as PDF/A-3a with the signed structure attached. ``is_sealed_anew``: a PDF that
    was stored without a digital signature is set anew and signed by the configured key; what is stored stays. Raises
    WrongStage, FileAltered, ExportFailed.
    """
    letter = letter_for_export(reply, is_draft=is_draft)
    if is_sealed_anew and (file_format != ExportFormat.PDF or not reply.signed_letter or signing_key() is None):
        raise WrongStage("只有签发的答复的 PDF 能加数字签名，并且须先设好签名证书（SIGN_PKCS12）。")
    if with_source:
        if file_format != ExportFormat.PDF or not reply.signed_letter:
            raise WrongStage("只有签发的答复的 PDF 能附带公文数据。")
        return _made(Archival(letter), Format.PDF)
    if file_format == ExportFormat.TXT:
        return f"{plain_text(letter)}\n".encode()
    if file_format == ExportFormat.HTML:
        return _html(letter)
    kind = Format(file_format)
    stored = ready_letter(reply, kind) if reply.signed_letter else None
    if stored is not None and not (is_sealed_anew and not stored.is_signed):
        return read_verified(stored.file, stored.sha256)
    return _made(letter, kind, is_issued=bool(reply.signed_letter))


def lacks_signature(reply: Reply, file_format: ExportFormat) -> bool:
    """Whether a key is configured and the stored PDF of the signed text is from before: it carries no digital
    signature."""
    if signing_key() is None or file_format != ExportFormat.PDF or not reply.signed_letter:
        return False
    stored = ready_letter(reply)
    return stored is not None and not stored.is_signed


def _made(source: Letter | Archival, kind: Format, *, is_issued: bool = True) -> bytes:
    try:
        made = render_in_process(source, kind=kind, seconds=SECONDS, megabytes=MEGABYTES, font_dirs=settings.FONT_DIRS)
        return (with_signature(made) if is_issued and kind == Format.PDF else made).content
    except (MissingGlyph, RenderingFailed, SigningFailed) as error:
        raise ExportFailed(error.message) from error


def _html(letter: Letter) -> bytes:
    try:
        return write_html(template_data(letter))
    except UnknownBlock as error:
        raise ExportFailed("这种公文还不能导出为网页，请改用 PDF。") from error
