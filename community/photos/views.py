"""A private paper sent to who may see it."""

from __future__ import annotations

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from community.photos.paper_files import PICTURE


def paper_answer(file: FieldFile, *, content_type: str, name: str) -> FileResponse:
    """A private paper, to who may see it (whoever calls has checked). A picture is shown; a PDF, made by others,
    is only handed over as a file and runs nothing here. ``name`` is without its ending.
    """
    is_picture = content_type == PICTURE
    response = FileResponse(
        file.open("rb"),
        content_type=content_type,
        as_attachment=not is_picture,
        filename=f"{name}.{'jpg' if is_picture else 'pdf'}",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
