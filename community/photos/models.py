from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class Photo(AbstractImage):
    """A picture, already upright and without metadata (`taking_in.py`, `forms.py`): nothing else may make one.

    `sha256` is of the stored bytes and is what an event's evidence cites. `is_illustration` marks drawings of the demo:
    pages say so beside them.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="photos",
        verbose_name=_("cooperative"),
    )
    sha256 = models.CharField(max_length=64, blank=True, editable=False, db_index=True)
    is_illustration = models.BooleanField(_("illustration, not a photograph"), default=False)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    is_withheld = models.BooleanField(_("not shown: somebody in it does not agree"), default=False, editable=False)

    admin_form_fields = (*Image.admin_form_fields, "is_illustration")

    class Meta(AbstractImage.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")

    def get_upload_to(self, filename: str) -> str:
        """A random name: uploads cannot be found by counting or guessing, and a phone's file name tells nothing."""
        ending = filename.rpartition(".")[2].lower()
        return f"photos/{secrets.token_hex(12)}.{ending if ending.isalnum() else 'jpg'}"

    @property
    def default_alt_text(self) -> str:
        return self.description or self.title


class Rendition(AbstractRendition):
    """One size and format of a photo, made by the worker (`rendering.py`)."""

    image = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="rendition_once"),
        ]
