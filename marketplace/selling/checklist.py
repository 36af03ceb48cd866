"""What is still to do before goods sell, computed whenever it is looked at; the first open step is the next one."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from community.cooperatives.models import Cooperative
from community.onboarding.models import SellerApplication, SellerPaper
from community.onboarding.requirements import FORMS, missing_facts, missing_papers
from community.rules.agreeing import rules_to_accept
from marketplace.listings.models import Listing
from marketplace.receiving.changing import active_account
from marketplace.shipping.models import PickUpPoint, ShippingZone
from traceability.batches.models import Batch


@dataclass(frozen=True, slots=True)
class Step:
    """``words``: what is missing, "" for nothing; ``url``: where it is done, "" where others do it. ``always_open``:
    also when the application can be changed no more."""

    name: str
    done: bool
    words: str
    url: str
    always_open: bool = False


def checklist(cooperative: Cooperative, application: SellerApplication) -> list[Step]:
    facts, papers = missing_facts(application), missing_papers(application) if application.pk else _all(application)
    status, states = application.status, SellerApplication.Status
    admitted = cooperative.is_active
    sent = admitted or status in (states.SENT, states.APPROVED)
    own_form = cooperative.legal_form in FORMS
    return [
        Step(
            _("Who you are"),
            admitted or (own_form and not facts),
            ", ".join(fact_label(name) for name in facts) if own_form else _("A club sells through another seller"),
            reverse("selling:application_facts"),
        ),
        Step(
            _("Papers"),
            admitted or (own_form and not papers),
            ", ".join(str(kind.label) for kind in papers),
            reverse("selling:application_paper_new"),
        ),
        _rules_step(cooperative),
        Step(_("Send to the market"), sent, _("Press “Send in” below"), ""),
        Step(_("The market admits you"), admitted, _("Wait for the text message"), ""),
        *_ready_steps(cooperative),
    ]


def _rules_step(cooperative: Cooperative) -> Step:
    accepted = rules_to_accept(cooperative) is None
    return Step(_("Rules of the market"), accepted, _("Read them and accept"), reverse("selling:rules"))


def _all(application: SellerApplication) -> list[SellerPaper.Kind]:
    """Of one that is not written down yet: nothing is there."""
    return missing_papers(SellerApplication(pk=0, cooperative=application.cooperative))


def _ready_steps(cooperative: Cooperative) -> list[Step]:
    account = active_account(cooperative) is not None
    ways = (
        ShippingZone.objects.filter(cooperative=cooperative).exists()
        or PickUpPoint.objects.filter(cooperative=cooperative, is_open=True).exists()
    )
    listed = Listing.objects.of_cooperative(cooperative).exists()
    batch = Batch.objects.of_cooperative(cooperative).filter(status=Batch.Status.PUBLISHED).exists()
    return [
        Step(_("Account that receives money"), account, _("Buyers cannot pay yet"), reverse("selling:account"), True),
        Step(_("Delivery"), ways, _("Buyers must know what delivery costs"), reverse("selling:shipping"), True),
        Step(_("First goods"), listed, _("Put the first goods on sale"), reverse("selling:new_listing"), True),
        Step(
            _("First batch"), batch, _("Begin a batch, record its steps, publish it"), reverse("fieldwork:home"), True
        ),
    ]


def fact_label(name: str) -> str:
    model = SellerApplication if hasattr(SellerApplication, name) else Cooperative
    return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
