"""Every table of this floor, for Django; rooms import from each other's ``models`` directly."""

from traceability.batches.models import Batch, Posting, PostingKind
from traceability.certificates.models import Certificate
from traceability.events.models import ErrorDeclaration, Event, EventItem, Evidence, WhoSays
from traceability.genealogy.models import Containment, Edge
from traceability.passport.models import BatchReport, PassportPage
from traceability.plots.models import Plot
from traceability.products.models import BaseUnit, LineStep, Pack, Product, ProductLine, StepKind

__all__ = [
    "BaseUnit",
    "Batch",
    "BatchReport",
    "Certificate",
    "Containment",
    "Edge",
    "ErrorDeclaration",
    "Event",
    "EventItem",
    "Evidence",
    "LineStep",
    "Pack",
    "PassportPage",
    "Plot",
    "Posting",
    "PostingKind",
    "Product",
    "ProductLine",
    "StepKind",
    "WhoSays",
]
