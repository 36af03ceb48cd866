"""Listings in the staff's admin: what sellers wrote, what changed, preview as the buyer sees it, approve or ask."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter, ChoiceFilter, ModelChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn, UpdatedAtColumn
from wagtail.models import WorkflowState
from wagtail.snippets.views.snippets import SnippetViewSet

from community.cooperatives.models import Cooperative
from marketplace.listings.changes import WORDS
from marketplace.listings.models import Listing
from marketplace.moderation.rights import WordsOnly


class ListingFilter(WagtailFilterSet):
    cooperative = ModelChoiceFilter(
        field_name="product__cooperative", queryset=Cooperative.objects.all(), label=_("Cooperative")
    )
    live = BooleanFilter(field_name="live", label=_("On sale"))
    review = ChoiceFilter(
        method="by_review",
        label=_("Review"),
        choices=[
            (WorkflowState.STATUS_IN_PROGRESS, _("Waiting for review")),
            (WorkflowState.STATUS_NEEDS_CHANGES, _("Seller must change it")),
        ],
    )

    class Meta:
        model = Listing
        fields: list[str] = []

    def by_review(self, listings: QuerySet[Listing], _name: str, status: str) -> QuerySet[Listing]:
        states = WorkflowState.objects.filter(
            base_content_type__app_label="marketplace", base_content_type__model="listing", status=status
        )
        return listings.filter(pk__in=[int(found) for found in states.values_list("object_id", flat=True)])


class ListingViewSet(SnippetViewSet):
    model = Listing
    icon = "tag"
    menu_label = _("Listings")
    menu_name = "listings"
    menu_order = 150
    add_to_admin_menu = True
    url_prefix = "tin-ban"
    list_display = (
        "title",
        Column("product__cooperative", label=_("Cooperative"), accessor="product.cooperative.name"),
        LiveStatusTagColumn(),
        UpdatedAtColumn(),
    )
    filterset_class = ListingFilter
    search_fields = ("title", "summary", "product__cooperative__name")
    inspect_view_enabled = True
    inspect_view_fields = (*WORDS, "product", "slug")
    copy_view_enabled = False
    ordering = ("-latest_revision__created_at",)

    @cached_property
    def permission_policy(self) -> WordsOnly:
        return WordsOnly(self.model)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Listing.objects.select_related("product__cooperative", "latest_revision")
