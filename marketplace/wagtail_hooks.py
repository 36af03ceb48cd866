"""What the marketplace adds to the staff's admin."""

from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from marketplace.moderation.certificates import CertificateViewSet
from marketplace.moderation.listings import ListingViewSet
from marketplace.moderation.looking import TradeGroup

register_snippet(ListingViewSet)


@hooks.register("register_admin_viewset")
def trade() -> TradeGroup:
    return TradeGroup()


@hooks.register("register_admin_viewset")
def certificates() -> CertificateViewSet:
    return CertificateViewSet("certificates")
