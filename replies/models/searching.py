"""What the public search looks into: published texts only, one row each, kept by ``replies.services.indexing``."""

from __future__ import annotations

from django.db import models

from replies.models.publications import Publication


class PublicSearchText(models.Model):
    """The words of one published reply, as tokens of ``lib.bigrams``, and the text that passages are cut from.

    The row is there while the reply is published, and made of the frozen text and metadata only.
    """

    publication = models.OneToOneField(
        Publication, models.CASCADE, primary_key=True, related_name="search_text", verbose_name="公开"
    )
    title = models.TextField()
    body = models.TextField()
    text = models.TextField()

    class Meta:
        verbose_name = verbose_name_plural = "公开检索文本"

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
