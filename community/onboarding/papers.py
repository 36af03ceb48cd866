"""Showing a private paper to who may see it; whoever calls has checked that."""

from __future__ import annotations

from django.http import FileResponse

from community.onboarding.models import SellerPaper


def as_answer(paper: SellerPaper) -> FileResponse:
    """A picture is shown; a PDF, which somebody else made, is only handed over as a file and runs nothing here."""
    is_picture = paper.content_type == "image/jpeg"
    name = f"{paper.kind}-{paper.code}.{'jpg' if is_picture else 'pdf'}"
    response = FileResponse(
        paper.file.open("rb"), content_type=paper.content_type, as_attachment=not is_picture, filename=name
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
