"""What is known of a parcel between the shelf and the carrier: packs counted so far, and the photo of it closed."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.photos.private import private_storage


def photo_path(_photo: models.Model, _name: str) -> str:
    return f"parcels/{secrets.token_hex(16)}"


class ScannedPack(models.Model):
    """So many packs of a line that a member had in hand and scanned. A draft: it goes when the parcel is packed.

    ``key`` is made on the phone, so that one scan sent twice counts once.
    """

    parcel = models.ForeignKey(
        "marketplace.Parcel", on_delete=models.CASCADE, related_name="scanned_packs", verbose_name=_("parcel")
    )
    member = models.ForeignKey(
        "community.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("scanned by")
    )
    line = models.ForeignKey(
        "marketplace.OrderLine", on_delete=models.CASCADE, related_name="+", verbose_name=_("order line")
    )
    batch = models.ForeignKey("traceability.Batch", on_delete=models.PROTECT, related_name="+", verbose_name=_("batch"))
    packs = models.PositiveIntegerField(_("packs"))
    key = models.UUIDField(_("key of the scan"))
    scanned_at = models.DateTimeField(_("scanned"), default=clock.now)

    class Meta:
        verbose_name = _("scanned pack")
        verbose_name_plural = _("scanned packs")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["parcel", "member", "key"], name="scanned_pack_once"),
            models.CheckConstraint(condition=Q(packs__gt=0), name="scanned_pack_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.packs} × {self.batch_id}"


class ParcelPhoto(models.Model):
    """The parcel as it left, in the private folder: the label on it names the buyer. One a parcel, the latest."""

    parcel = models.OneToOneField(
        "marketplace.Parcel", on_delete=models.PROTECT, related_name="photo", verbose_name=_("parcel")
    )
    file = models.FileField(_("file"), storage=private_storage, upload_to=photo_path)
    sha256 = models.CharField(max_length=64)
    taken_by = models.ForeignKey(
        "community.User", null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by")
    )
    taken_at = models.DateTimeField(_("taken at"), default=clock.now)

    class Meta:
        verbose_name = _("photo of a parcel")
        verbose_name_plural = _("photos of parcels")

    def __str__(self) -> str:
        return str(self.parcel)
