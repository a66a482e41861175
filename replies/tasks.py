"""Tasks of the upper floor: thin calls of services, safe to run twice."""

from __future__ import annotations

from celery import shared_task

from replies.services import rendering


@shared_task(name="replies.tasks.render_document")
def render_document(pk: int) -> bool:
    """Make the file of one rendering job."""
    return rendering.render_document(pk)


@shared_task(name="replies.tasks.sweep_documents")
def sweep_documents() -> int:
    """Pick up the rendering jobs the broker lost."""
    return rendering.sweep()
