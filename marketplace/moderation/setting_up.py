"""Sets up the review of listings: who may decide, and the workflow that brings every listing before them."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import Workflow, WorkflowContentType, WorkflowTask

from marketplace.listings.models import Listing
from marketplace.listings.review import ListingReviewTask

WORKFLOW_NAME = "Duyệt tin bán"
ACCOUNTANTS = "Accountants"
MONEY_RIGHTS = {
    "wagtailadmin": ("access_admin",),
    "community": ("view_outboxmessage", "change_outboxmessage"),
    "marketplace": (
        "view_order",
        "change_order",
        "view_parcel",
        "view_claim",
        "change_claim",
        "view_datarequest",
        "change_datarequest",
        "view_paymentexception",
        "change_paymentexception",
        "view_proposal",
        "view_reconciliation",
        "view_statement",
        "add_statement",
        "view_refund",
        "change_refund",
        "view_dispute",
        "change_dispute",
        "view_accountchange",
        "change_accountchange",
        "view_ownmove",
        "add_ownmove",
        "view_payout",
        "change_payout",
        "view_duespayment",
        "add_duespayment",
        "view_commissionrule",
        "add_commissionrule",
        "view_taxrule",
        "add_taxrule",
    ),
}
MODERATORS = "Moderators"
RIGHTS = {
    "wagtailadmin": ("access_admin",),
    "community": (
        "view_outboxmessage",
        "change_outboxmessage",
        "view_sellerapplication",
        "change_sellerapplication",
        "add_rulesversion",
        "change_question",
        "view_auditentry",
        "add_consentrecord",
        "view_personrequest",
        "change_personrequest",
        "add_breach",
        "view_team",
        "add_team",
        "change_team",
        "view_teammember",
        "add_teammember",
        "change_teammember",
        "view_supportingorganisation",
        "add_supportingorganisation",
        "change_supportingorganisation",
        "view_mandate",
        "change_mandate",
    ),
    "marketplace": (
        "change_listing",
        "publish_listing",
        "lock_listing",
        "unlock_listing",
        "view_listing",
        "view_order",
        "view_parcel",
        "view_claim",
        "change_claim",
        "view_datarequest",
        "change_datarequest",
        "view_review",
        "change_review",
        "view_marketreport",
        "view_voucher",
        "change_marketreport",
        "view_paymentexception",
        "view_refund",
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
    moderators = _group(MODERATORS, RIGHTS)
    _group(ACCOUNTANTS, MONEY_RIGHTS)
    workflow = Workflow.objects.get_or_create(name=WORKFLOW_NAME)[0]
    task = ListingReviewTask.objects.filter(name=WORKFLOW_NAME).first()
    if task is None:
        task = ListingReviewTask.objects.create(name=WORKFLOW_NAME)
        task.groups.add(moderators)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    kind = ContentType.objects.get_for_model(Listing, for_concrete_model=False)
    return WorkflowContentType.objects.get_or_create(content_type=kind, defaults={"workflow": workflow})[0].workflow


def _group(name: str, rights: dict[str, tuple[str, ...]]) -> Group:
    group = Group.objects.get_or_create(name=name)[0]
    for app_label, codenames in rights.items():
        group.permissions.add(*Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames))
    return group
