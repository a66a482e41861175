"""The letter of a reply for the preview inside the house, with the samples of the seals it will bear."""

from __future__ import annotations

from dataclasses import replace

from panjin_portal.lib.clock import today
from proposals.errors import WrongStage
from proposals.models import SealSample
from replies.documents.letter import Letter, from_dict
from replies.documents.preview import Preview
from replies.models import Reply
from replies.services.letters import letter_of
from replies.services.storing import FileAltered, read_verified


def seal_preview(reply: Reply) -> Preview:
    """The frozen text of ``reply``, else the text as it stands with the day of today. Raises WrongStage where a picture
    is gone or altered."""
    letter: Letter = from_dict(reply.signed_letter) if reply.signed_letter else letter_of(reply)
    if letter.signed_on is None:
        letter = replace(letter, signed_on=today())
    samples = {}
    if letter.sealed:
        for row in SealSample.objects.filter(bureau__name__in=letter.signers).select_related("bureau"):
            try:
                samples[row.bureau.name] = read_verified(row.file, row.sha256)
            except FileAltered as error:
                raise WrongStage(f"{row.bureau.name}的样章图片已经缺失或损坏，请在系统管理里重新上传。") from error
    return Preview(letter, samples)
