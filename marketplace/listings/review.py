"""The moderators' task in the review of listings, and what the cooperative is told when they have decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState

from community.outbox.queueing import queue_message
from marketplace.listings.models import Listing


class ListingReviewTask(AbstractGroupApprovalTask):
    """A group approves or asks for changes. Sellers never enter the admin, so they are told by our own outbox, in
    plain words and with a link to their own desk, in the transaction of the decision."""

    class Meta:
        verbose_name = _("review of a listing")
        verbose_name_plural = _("reviews of listings")

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: Any, action_name: str, **kwargs: Any) -> None:
        super().on_action(task_state, user, action_name, **kwargs)
        listing = task_state.workflow_state.content_object
        if isinstance(listing, Listing):
            tell_seller(listing, task_state=task_state, action=action_name, comment=str(kwargs.get("comment", "")))

    @classmethod
    def get_description(cls) -> str:
        return gettext("Members of these groups look at what sellers write before buyers can read it.")


def tell_seller(listing: Listing, *, task_state: TaskState, action: str, comment: str) -> None:
    """One message per decision. The listing's own cooperative phone gets it; a cooperative without one reads it on
    its desk."""
    phone = listing.product.cooperative.phone
    if action not in ("approve", "reject") or not phone:
        return
    facts = {"title": task_state.revision.as_object().title, "comment": comment.strip(), "link": listing_link(listing)}
    with override("vi"):
        if action == "approve":
            text = gettext("“%(title)s” is approved and can be bought now: %(link)s") % facts
        elif facts["comment"]:
            text = gettext("“%(title)s” needs a change: %(comment)s. Open it here: %(link)s") % facts
        else:
            text = gettext("“%(title)s” needs a change. Open it here: %(link)s") % facts
    queue_message(kind=f"listing_{action}", key=str(task_state.pk), to=phone, language="vi", text=text)


def listing_link(listing: Listing) -> str:
    """The seller's page of a listing; asks for sign-in."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:listing", args=[listing.product.code])
