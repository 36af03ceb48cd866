"""Sets up the review of listings: who may decide, and the workflow that brings every listing before them."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

from marketplace.listings.models import Listing
from marketplace.listings.review import ListingReviewTask

WORKFLOW_NAME = "Duyệt tin bán"
MODERATORS = "Moderators"
RIGHTS = {
    "wagtailadmin": ("access_admin",),
    "marketplace": (
        "change_listing",
        "publish_listing",
        "lock_listing",
        "unlock_listing",
        "view_listing",
        "view_order",
        "view_parcel",
        "view_paymentexception",
    ),
    "traceability": (
        "add_certificate",
        "change_certificate",
        "view_certificate",
        "view_batchreport",
        "change_batchreport",
    ),
}


@transaction.atomic
def set_up_review() -> Workflow:
    """Creates what is missing; safe at every start. A workflow that staff have chosen instead is left in place."""
    moderators = Group.objects.get_or_create(name=MODERATORS)[0]
    for app_label, codenames in RIGHTS.items():
        moderators.permissions.add(
            *Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
        )
    workflow = Workflow.objects.get_or_create(name=WORKFLOW_NAME)[0]
    task = ListingReviewTask.objects.filter(name=WORKFLOW_NAME).first()
    if task is None:
        task = ListingReviewTask.objects.create(name=WORKFLOW_NAME)
        task.groups.add(moderators)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    kind = ContentType.objects.get_for_model(Listing, for_concrete_model=False)
    return WorkflowContentType.objects.get_or_create(content_type=kind, defaults={"workflow": workflow})[0].workflow
