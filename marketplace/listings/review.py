"""The moderators' task in the review of listings, and who is told what when it starts and when it is decided.

Messages leave by our own outbox, in the transaction of the act. Wagtail would send its mails at once, from inside the
transaction, with links to the admin that sellers cannot open; its senders listen to plain task states only, so this
task has a state class of its own.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState, WorkflowState

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.outbox.queueing import queue_message
from marketplace.listings.models import Listing


class ListingReviewState(TaskState):
    """One look at one listing. Deciding tells the cooperative, on whatever way the decision comes.

    ``is_refused`` tells a refusal from asking for changes: both go back to the seller, who may mend and send again.
    ``looked_by`` opened it last; whoever opens it within a quarter of an hour reads that.
    """

    is_refused = models.BooleanField(_("refused"), default=False)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("look at a listing")
        verbose_name_plural = _("looks at listings")

    @property
    def verdict(self) -> str:
        """approved | refused | changes | withdrawn, or "" while nobody has decided."""
        ends = {self.STATUS_APPROVED: "approved", self.STATUS_CANCELLED: "withdrawn"}
        if self.status == self.STATUS_REJECTED:
            return "refused" if self.is_refused else "changes"
        return ends.get(self.status, "")

    @transaction.atomic
    def approve(self, user: Any = None, update: bool = True, comment: str = "") -> TaskState:
        decided: TaskState = super().approve(user=user, update=update, comment=comment)
        self._say(user)
        return decided

    @transaction.atomic
    def reject(self, user: Any = None, update: bool = True, comment: str = "") -> TaskState:
        decided: TaskState = super().reject(user=user, update=update, comment=comment)
        self._say(user)
        return decided

    def _say(self, user: Any) -> None:
        """Audit, and one message per decision; a cooperative without any phone reads it on the desk."""
        listing = self.workflow_state.content_object
        seller = listing.product.cooperative
        actor = Actor.of(user) if isinstance(user, User) else Actor.system("review")
        record(actor=actor, action="listing.decided", subject=listing, cooperative=seller, verdict=self.verdict)
        with override("vi"):
            text = _decision(self.verdict, comment=self.comment.strip()) % {
                "title": self.revision.as_object().title,
                "comment": self.comment.strip().rstrip("."),
                "link": listing_link(listing),
            }
        kinds = {"approved": "listing_approved", "refused": "listing_refused"}
        kind = kinds.get(self.verdict, "listing_needs_change")
        queue_message(kind=kind, key=str(self.pk), to=seller.message_phone, language="vi", text=text, about=listing)


class ListingReviewTask(AbstractGroupApprovalTask):
    """A group approves or asks for changes."""

    task_state_class = ListingReviewState

    class Meta:
        verbose_name = _("review of a listing")
        verbose_name_plural = _("reviews of listings")

    @transaction.atomic
    def start(self, workflow_state: WorkflowState, user: Any = None) -> TaskState:
        state: TaskState = super().start(workflow_state, user=user)
        _ask_reviewers(self, state)
        return state

    @classmethod
    def get_description(cls) -> str:
        return gettext("Members of these groups look at what sellers write before buyers can read it.")


def _decision(verdict: str, *, comment: str) -> str:
    if verdict == "approved":
        return gettext("“%(title)s” is approved and can be bought now: %(link)s")
    if verdict == "refused":
        return gettext("“%(title)s” was refused: %(comment)s. You can mend it and send it again: %(link)s")
    if comment:
        return gettext("“%(title)s” needs a change: %(comment)s. Open it here: %(link)s")
    return gettext("“%(title)s” needs a change. Open it here: %(link)s")


def _ask_reviewers(task: ListingReviewTask, state: TaskState) -> None:
    """One letter to each active member of the groups who has a mailbox."""
    listing = state.workflow_state.content_object
    reviewers = User.objects.filter(groups__in=task.groups.all(), is_active=True, email__isnull=False).distinct()
    for reviewer in reviewers:
        with override(reviewer.language):
            facts = {
                "title": state.revision.as_object().title,
                "seller": listing.product.cooperative.name,
                "link": settings.SITE_URL.rstrip("/") + reverse("listing_reviews:one", args=[listing.product.code]),
            }
            subject = gettext("To review: %(title)s") % facts
            text = gettext("%(seller)s wants to sell “%(title)s”. Look at it here: %(link)s") % facts
        queue_message(
            kind="listing_to_review",
            key=f"{state.pk}:{reviewer.pk}",
            to=str(reviewer.email),
            channel="email",
            language=reviewer.language,
            subject=subject,
            text=text,
            about=listing,
        )


def listing_link(listing: Listing) -> str:
    """The seller's page of a listing; asks for sign-in."""
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:listing", args=[listing.product.code])
