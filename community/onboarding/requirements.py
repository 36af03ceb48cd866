"""What each legal form has to show before it may sell: one table, read by pages, by the rules and by tests.

Law 122/2025 on e-commerce makes the platform verify who sells. A club is no legal subject: it sells through one of the
other forms and is named there.
"""

from __future__ import annotations

from community.cooperatives.models import Cooperative
from community.onboarding.models import SellerApplication, SellerPaper

Form = Cooperative.LegalForm
Kind = SellerPaper.Kind

FORMS = (Form.COOPERATIVE, Form.GROUP, Form.HOUSEHOLD, Form.ENTERPRISE)
"""Those that may sell in their own name."""

_EVERYBODY = ("representative", "id_last4")
_REGISTERED = (*_EVERYBODY, "registration_no", "registered_on", "registered_by", "tax_code")
FACTS: dict[str, tuple[str, ...]] = {
    Form.COOPERATIVE: _REGISTERED,
    Form.ENTERPRISE: _REGISTERED,
    Form.HOUSEHOLD: _REGISTERED,
    Form.GROUP: (*_EVERYBODY, "registered_on", "registered_by"),
}
PAPERS: dict[str, tuple[SellerPaper.Kind, ...]] = {
    Form.COOPERATIVE: (Kind.REGISTRATION, Kind.AUTHORITY),
    Form.ENTERPRISE: (Kind.REGISTRATION, Kind.AUTHORITY),
    Form.HOUSEHOLD: (Kind.REGISTRATION,),
    Form.GROUP: (Kind.CONTRACT,),
}


def missing_facts(application: SellerApplication) -> list[str]:
    """Names of fields that this legal form needs and that are empty."""
    seller = application.cooperative
    told = {"tax_code": seller.tax_code, "address_line": seller.address_line, "phone": seller.message_phone}
    wanted = ("address_line", "phone", *FACTS.get(seller.legal_form, ()))
    return [name for name in wanted if not (told[name] if name in told else getattr(application, name))]


def missing_papers(application: SellerApplication) -> list[SellerPaper.Kind]:
    """Kinds of papers that this legal form needs and that are not there."""
    there = set(application.papers.filter(removed_at=None).values_list("kind", flat=True))
    return [kind for kind in PAPERS.get(application.cooperative.legal_form, ()) if kind not in there]
