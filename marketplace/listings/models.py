"""The selling face of a product. Words and photos are moderated (Wagtail drafts, workflow); price is not here.

Publishing a revision writes back every field of its row, so nothing that is counted or changes by itself may live on
``Listing``: the price is on ``Offer``, what one searches on ``CatalogueEntry``, the stock in the lot ledger.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from community.text.codes import new_code
from marketplace.catalogue.cataloguing import catalogue, recatalogue
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.products.models import in_language


def new_draft_code() -> str:
    return new_code(8)


class ListingQuerySet(models.QuerySet["Listing"]):
    def live(self) -> ListingQuerySet:
        """Approved words of active products of active cooperatives."""
        return self.filter(live=True, product__status="active", product__cooperative__status="active")

    def of_cooperative(self, cooperative: Any) -> ListingQuerySet:
        return self.filter(product__cooperative=cooperative)


class Listing(WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel):
    product = models.OneToOneField(
        "traceability.Product", on_delete=models.PROTECT, related_name="listing", verbose_name=_("product")
    )
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    title_km = models.CharField(_("title in Khmer"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=240)
    summary_en = models.CharField(_("summary in English"), max_length=240, blank=True)
    summary_km = models.CharField(_("summary in Khmer"), max_length=240, blank=True)
    story = models.TextField(_("story"), blank=True)
    story_en = models.TextField(_("story in English"), blank=True)
    story_km = models.TextField(_("story in Khmer"), blank=True)

    objects = ListingQuerySet.as_manager()

    panels = [
        MultiFieldPanel([FieldPanel("title"), FieldPanel("summary"), FieldPanel("story")], heading=_("Vietnamese")),
        MultiFieldPanel(
            [FieldPanel("title_en"), FieldPanel("summary_en"), FieldPanel("story_en")], heading=_("English")
        ),
        MultiFieldPanel([FieldPanel("title_km"), FieldPanel("summary_km"), FieldPanel("story_km")], heading=_("Khmer")),
        InlinePanel("photos", heading=_("Photos")),
    ]

    class Meta:
        ordering = ["title"]
        verbose_name = _("listing")
        verbose_name_plural = _("listings")

    def __str__(self) -> str:
        return self.title

    @property
    def shown_title(self) -> str:
        return in_language(self.title, self.title_en, self.title_km)

    @property
    def shown_summary(self) -> str:
        return in_language(self.summary, self.summary_en, self.summary_km)

    @property
    def shown_story(self) -> str:
        return in_language(self.story, self.story_en, self.story_km)

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Wagtail's only door to "live" (approval, the admin's button, the clock): searchable from here on, too."""
        answer = super().publish(revision, *args, **kwargs)
        approved = Listing.objects.get(pk=self.pk)
        if approved.live:
            catalogue(approved)
        touch_pages(Batch.objects.filter(product=approved.product_id))
        return answer

    @transaction.atomic
    def unpublish(self, *args: Any, **kwargs: Any) -> Any:
        """Passport pages of its batches stop offering it."""
        answer = super().unpublish(*args, **kwargs)
        recatalogue([self.product_id])
        touch_pages(Batch.objects.filter(product=self.product_id))
        return answer

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "moderation/listing_preview.html"


class ListingPhoto(Orderable):
    listing = ParentalKey(Listing, on_delete=models.CASCADE, related_name="photos")
    photo = models.ForeignKey("community.Photo", on_delete=models.PROTECT, related_name="+", verbose_name=_("photo"))
    alt = models.CharField(_("what the photo shows"), max_length=160, blank=True)

    panels = [FieldPanel("photo"), FieldPanel("alt")]

    class Meta:
        verbose_name = _("photo of a listing")
        verbose_name_plural = _("photos of a listing")

    def __str__(self) -> str:
        return self.alt


class Offer(models.Model):
    """At what price a pack is sold. Changes at once, without review; an order freezes it on its line."""

    pack = models.OneToOneField(
        "traceability.Pack", on_delete=models.PROTECT, related_name="offer", verbose_name=_("pack")
    )
    price_dong = models.BigIntegerField(_("price (đồng)"))
    on_sale = models.BooleanField(_("on sale"), default=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.CheckConstraint(
                condition=Q(price_dong__gt=0) & Q(price_dong__lte=499_999_999), name="offer_price_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}: {self.price_dong} ₫"


class ListingDraft(models.Model):
    """Goods being described on a phone, screen by screen; nothing of it exists for anybody else until it is sent.

    ``data`` holds what the screens said so far (see ``marketplace.listings.drafting``). ``listing`` is set when the
    draft was sent: a second press finds it and makes nothing new.
    """

    cooperative = models.ForeignKey(
        "community.Cooperative", on_delete=models.CASCADE, related_name="listing_drafts", verbose_name=_("cooperative")
    )
    author = models.ForeignKey(
        "community.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    code = models.CharField(_("code"), max_length=12, unique=True, default=new_draft_code, editable=False)
    photo = models.ForeignKey(
        "community.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("photo")
    )
    data = models.JSONField(default=dict)
    listing = models.OneToOneField(Listing, null=True, blank=True, on_delete=models.CASCADE, related_name="draft")
    sent_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("unfinished listing")
        verbose_name_plural = _("unfinished listings")
        ordering = ["-updated_at", "-pk"]

    def __str__(self) -> str:
        return self.code
