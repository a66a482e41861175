"""What the search of the case list looks into: one row per case, kept by ``proposals.services.indexing``."""

from __future__ import annotations

from django.db import models

from proposals.models.proposals import Proposal


class SearchText(models.Model):
    """The words of one case, as tokens of ``lib.bigrams``, and the readable text that passages are cut from.

    ``title`` (with the number) and ``own`` are what everybody reads who may see the case; ``answers`` is what its
    issued answers say, for the readers ``permissions.answers_readable_by`` names.
    """

    proposal = models.OneToOneField(
        Proposal, models.CASCADE, primary_key=True, related_name="search_text", verbose_name="提案"
    )
    title = models.TextField()
    own = models.TextField()
    answers = models.TextField()
    text = models.TextField()
    answers_text = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索文本"

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
