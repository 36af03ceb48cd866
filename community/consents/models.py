"""One row for each yes and each taking back. The newest of a person, purpose and thing says what holds."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.append_only import AppendOnly, AppendOnlyQuerySet
from community.photos.private import private_storage


class Purpose(models.TextChoices):
    """Only what the market really does and would stop doing."""

    STORY = "story", _("My name and picture in a story")
    ZALO = "zalo", _("Messages by Zalo")
    PHOTO = "photo", _("I can be seen in a photo on the market")
    PHONE = "phone", _("My telephone on the pages of our booth")


class Channel(models.TextChoices):
    OWN = "own", _("On the person's own phone or computer")
    PAPER = "paper", _("Signed paper")
    HELPER = "helper", _("On a helper's phone, with the person's own PIN")


def paper_path(_row: models.Model, _name: str) -> str:
    return f"consents/{secrets.token_hex(16)}"


class ConsentQuerySet(AppendOnlyQuerySet["ConsentRecord"]):
    def newest(self) -> ConsentQuerySet:
        """The word that counts for each person, purpose and thing."""
        newest = self.model._default_manager.values("person", "purpose", "about").annotate(last=models.Max("pk"))
        return self.filter(pk__in=newest.values("last"))


class ConsentRecord(AppendOnly):
    """``about``: which story (its address) or photo (its number), else "". ``text_version`` and

    ``text_sha256``: the words that were shown. ``paper``: the photographed paper, in the private folder.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents", verbose_name=_("person")
    )
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose)
    about = models.CharField(_("about which"), max_length=255, blank=True)
    is_given = models.BooleanField(_("yes"))
    text_version = models.PositiveSmallIntegerField(_("version of the text"))
    text_sha256 = models.CharField(max_length=64)
    channel = models.CharField(_("how it was given"), max_length=12, choices=Channel)
    paper = models.FileField(_("photo of the paper"), storage=private_storage, upload_to=paper_path, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    until = models.DateField(_("holds until"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("taken by"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects = ConsentQuerySet.as_manager()  # type: ignore[misc]  # the base has a manager too

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "purpose", "about"], name="consent_of_person")]
        constraints = [
            models.CheckConstraint(
                name="consent_purpose_known", condition=Q(purpose__in=["story", "zalo", "photo", "phone"])
            ),
            models.CheckConstraint(name="consent_channel_known", condition=Q(channel__in=["own", "paper", "helper"])),
            models.CheckConstraint(
                name="consent_names_which",
                condition=~Q(purpose__in=["story", "photo"]) | ~Q(about=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_purpose_display()} · {self.about}".strip(" ·")
