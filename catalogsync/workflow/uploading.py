"""Images, each content once for all products that use it."""

from itertools import chain

from catalogsync.model.answer import Answer, AnswerClass
from catalogsync.model.errors import CatalogError
from catalogsync.model.events import Uploaded
from catalogsync.model.plan import Action, Change
from catalogsync.model.product import Image
from catalogsync.model.report import Outcome
from catalogsync.workflow.payload import uploaded
from catalogsync.workflow.work import Work


def upload_images(work: Work, changes: list[Change]) -> None:
    """Upload what the changes need and the marketplace has not got.

    No intent is recorded: an upload whose answer is lost is sent again, at the cost of one picture that nobody uses.
    A change whose image cannot be had is noted as failed.
    """
    missing = _missing(work, changes)
    if not missing:
        return
    work.desk.observer.stage("Uploading images", len(missing))
    failures: dict[str, tuple[Outcome, str]] = {}
    images = sorted(missing.values(), key=lambda image: image.ref)
    for start in range(0, len(images), 25):
        paths: dict[str, str] = {}
        groups = work.answers(images[start : start + 25], lambda image: _upload(work, image))
        for image, answer in chain.from_iterable(groups):
            work.desk.observer.step(image.ref)
            if answer.kind is AnswerClass.CONFIRMED and answer.image_path and image.sha256:
                paths[image.sha256] = answer.image_path
            elif image.sha256:
                unstarted = answer.kind is AnswerClass.NEVER and work.stopped
                failures[image.sha256] = "skipped" if unstarted else "failed", f"image {image.ref}: {answer.reason}"
        if paths:
            work.journal.write(Uploaded(work.desk.settings.name, paths))
    for change in changes:
        for image in _local(work, change):
            if failure := failures.get(image.sha256 or ""):
                work.finish(change.key, *failure)


def _upload(work: Work, image: Image) -> Answer:
    try:
        content = work.desk.images.read(image)
    except CatalogError as error:
        return Answer(AnswerClass.NEVER, "; ".join(problem.message for problem in error.problems))
    return work.desk.marketplace.upload_image(image.ref.rsplit("/", 1)[-1], content)


def _missing(work: Work, changes: list[Change]) -> dict[str, Image]:
    there = uploaded(work)
    return {
        image.sha256: image
        for change in changes
        for image in _local(work, change)
        if image.sha256 and image.sha256 not in there
    }


def _local(work: Work, change: Change) -> tuple[Image, ...]:
    product = work.desk.catalog.products.get(change.key)
    sends_images = any(field.field == "images" for field in change.fields)
    if product is None or change.action not in {Action.CREATE, Action.UPDATE} or not sends_images:
        return ()
    return product.images
