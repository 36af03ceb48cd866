"""Every table of this floor, for Django; rooms import from each other's ``models`` directly."""

from traceability.balance.models import Check, ClaimMass, MonthClosing, OwnTimes, Position
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.certificates.models import Certificate, CertificateScan, CoverRequest
from traceability.events.models import ErrorDeclaration, Event, EventItem, Evidence, WhoSays
from traceability.exchange.models import CaptureJob
from traceability.genealogy.models import Containment, Edge
from traceability.labels.models import LabelFile, LabelRun, LabelVoid
from traceability.log.models import Checkpoint, LogEntry, LogHead, PrivatePart, SigningKey, Subtree
from traceability.passport.models import BatchReport, PassportPage
from traceability.plots.models import GroundRuling, Overlap, Plot, Treatment
from traceability.products.bands import AddedIngredient, DayCapacity, PlotCap, YieldBand
from traceability.products.measures import Measure
from traceability.products.models import BaseUnit, GtinRecord, LineStep, Pack, Product, ProductLine, StepKind

__all__ = [
    "AddedIngredient",
    "BaseUnit",
    "Batch",
    "BatchReport",
    "CaptureJob",
    "Certificate",
    "CertificateScan",
    "Check",
    "Checkpoint",
    "ClaimMass",
    "Containment",
    "CoverRequest",
    "DayCapacity",
    "Edge",
    "ErrorDeclaration",
    "Event",
    "EventItem",
    "Evidence",
    "GroundRuling",
    "GtinRecord",
    "LabelFile",
    "LabelRun",
    "LabelVoid",
    "LineStep",
    "LogEntry",
    "LogHead",
    "Measure",
    "MonthClosing",
    "Overlap",
    "OwnTimes",
    "Pack",
    "PassportPage",
    "Plot",
    "PlotCap",
    "Position",
    "Posting",
    "PostingKind",
    "PrivatePart",
    "Product",
    "ProductLine",
    "SigningKey",
    "StepKind",
    "Subtree",
    "Treatment",
    "WhoSays",
    "YieldBand",
]
