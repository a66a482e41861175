"""Tasks of the upper floor: thin calls of services, safe to run twice."""

from __future__ import annotations

from celery import shared_task

from replies.services import bundling, import_reading, opinion_ending, packaging, rating_links, rendering, rounds


@shared_task(name="replies.tasks.render_document")
def render_document(pk: int) -> bool:
    """Make the file of one rendering job."""
    return rendering.render_document(pk)


@shared_task(name="replies.tasks.sweep_documents")
def sweep_documents() -> int:
    """Pick up the rendering jobs the broker lost."""
    return rendering.sweep()


@shared_task(name="replies.tasks.read_import_item")
def read_import_item(pk: int) -> bool:
    """Read one uploaded page."""
    return import_reading.read_item(pk)


@shared_task(name="replies.tasks.sweep_imports")
def sweep_imports() -> int:
    """Pick up the pages the broker lost."""
    return import_reading.sweep()


@shared_task(name="replies.tasks.mail_rating_links")
def mail_rating_links() -> int:
    """Mail the links to rate that wait."""
    return rating_links.mail_waiting_links()


@shared_task(name="replies.tasks.build_package")
def build_package(pk: int) -> bool:
    """Make the package of one archived case."""
    return packaging.build_package(pk)


@shared_task(name="replies.tasks.sweep_packages")
def sweep_packages() -> int:
    """Pick up the packages the broker lost."""
    return packaging.sweep()


@shared_task(name="replies.tasks.make_bundle")
def make_bundle(pk: int) -> bool:
    """Make one batch, or go on with it."""
    return bundling.make_bundle(pk)


@shared_task(name="replies.tasks.sweep_bundles")
def sweep_bundles() -> int:
    """Pick up the batches the broker lost."""
    return bundling.sweep()


@shared_task(name="replies.tasks.remove_expired_bundles")
def remove_expired_bundles() -> int:
    """Remove the files of batches whose day has passed."""
    return bundling.remove_expired()


@shared_task(name="replies.tasks.renew_rounds")
def renew_rounds() -> int:
    """Keep running countersignatures in step with the bureaus of their cases."""
    return rounds.renew_rounds()


@shared_task(name="replies.tasks.end_opinions")
def end_opinions() -> int:
    """End the opinions that wait for a signature in cases their bureaus have nothing more to do in."""
    return opinion_ending.end_opinions()
