from __future__ import annotations

from huey.contrib.djhuey import db_task

from community.photos.rendering import render_photo


@db_task()
def render_photo_later(photo_id: int) -> None:
    """Make a photo's renditions in the worker. May be lost: `render_missing` makes up for it."""
    render_photo(photo_id)
