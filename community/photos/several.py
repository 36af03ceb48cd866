"""Some photos at once, as a form brings them: all are taken in, or none is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.core.files.base import File

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.photos.taking_in import BadPhoto, CleanPicture, clean_picture, take_in_photo


def take_in_photos(
    *,
    uploads: Iterable[File[bytes]],
    title: str,
    most: int,
    actor: Actor,
    cooperative: Cooperative | None = None,
) -> list[Photo]:
    """Empty inputs are passed over. Raises ``BadPhoto``, also ``too_many`` (fact ``most``), and keeps nothing."""
    taken: list[Photo] = []
    try:
        for file in _few(uploads, most):
            taken.append(take_in_photo(upload=file, title=title, actor=actor, cooperative=cooperative))
    except BadPhoto:
        drop_photos(taken)
        raise
    return taken


def clean_pictures(*, uploads: Iterable[File[bytes]], most: int) -> list[CleanPicture]:
    """Pictures that are nobody's to look up: cleaned alike, kept by whoever asks for them in a private folder.

    Raises as above. Decodes: call it outside a transaction.
    """
    return [clean_picture(file) for file in _few(uploads, most)]


def drop_photos(photos: Sequence[Photo]) -> None:
    """For photos that nothing shows: the act they were taken in for was refused. Their files go with them."""
    for photo in photos:
        photo.delete()


def _few(uploads: Iterable[File[bytes]], most: int) -> list[File[bytes]]:
    files = [upload for upload in uploads if upload]
    if len(files) > most:
        raise BadPhoto("too_many", most=most)
    return files
