"""What the marketplace adds to the staff's admin."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from marketplace.moderation.certificates import CertificateViewSet
from marketplace.moderation.claims import urlpatterns as claim_urls
from marketplace.moderation.data_requests import urlpatterns as data_request_urls
from marketplace.moderation.disputes import urlpatterns as dispute_urls
from marketplace.moderation.exceptions import urlpatterns as exception_urls
from marketplace.moderation.listings import ListingViewSet
from marketplace.moderation.messages import urlpatterns as message_urls
from marketplace.moderation.orders import urlpatterns as order_urls
from marketplace.moderation.parcel_photos import urlpatterns as parcel_urls
from marketplace.moderation.proposals import urlpatterns as proposal_urls
from marketplace.moderation.receiving import urlpatterns as receiving_urls
from marketplace.moderation.reconciliations import urlpatterns as reconciliation_urls
from marketplace.moderation.refund_asking import urlpatterns as refund_asking_urls
from marketplace.moderation.refunds import urlpatterns as refund_urls
from marketplace.moderation.reports import urlpatterns as report_urls
from marketplace.moderation.reviewing import ReviewDesk
from marketplace.moderation.reviews import urlpatterns as review_urls
from marketplace.moderation.statements import urlpatterns as statement_urls
from marketplace.moderation.trade import TradeGroup

register_snippet(ListingViewSet)


@hooks.register("register_admin_viewset")
def listing_reviews() -> ReviewDesk:
    return ReviewDesk("listing_reviews", url_prefix="duyet-tin")


@hooks.register("register_admin_viewset")
def trade() -> TradeGroup:
    return TradeGroup()


@hooks.register("register_admin_viewset")
def certificates() -> CertificateViewSet:
    return CertificateViewSet("certificates")


@hooks.register("register_admin_urls")
def refunds() -> list[URLPattern]:
    return refund_urls + refund_asking_urls


@hooks.register("register_admin_urls")
def disputes() -> list[URLPattern]:
    return dispute_urls + claim_urls + review_urls + report_urls


@hooks.register("register_admin_urls")
def receiving_accounts() -> list[URLPattern]:
    return receiving_urls


@hooks.register("register_admin_urls")
def exceptions() -> list[URLPattern]:
    return exception_urls + proposal_urls + order_urls + parcel_urls + message_urls + data_request_urls


@hooks.register("register_admin_urls")
def statements() -> list[URLPattern]:
    return statement_urls + reconciliation_urls
