"""Every table of the ground floor, under the one label `community`. The rooms define them; this only re-exports."""

from __future__ import annotations

from community.accounts.models import User
from community.accounts.sessions import Session
from community.api_keys.models import ApiKey
from community.audit.models import AuditEntry
from community.consents.models import ConsentRecord
from community.cooperatives.models import Cooperative, Membership
from community.mandates.models import KeptForm, Mandate
from community.members.models import Invitation, MemberCard
from community.onboarding.models import SellerApplication, SellerPaper
from community.outbox.models import CarrierToken, OutboxMessage
from community.photos.models import Photo, Rendition
from community.places.models import AdminUnit, UnitAlias
from community.privacy.models import Breach, BreachNote, PersonRequest
from community.questions.models import Question, QuestionDesk
from community.rules.models import RulesAcceptance, RulesVersion
from community.teams.models import SupportingOrganisation, Team, TeamMember
from community.training.models import Attendance, LessonLevel, TrainingSession
from community.visits.models import HandOver, Needs, Visit, VisitPhoto

__all__ = [
    "AdminUnit",
    "ApiKey",
    "Attendance",
    "AuditEntry",
    "Breach",
    "BreachNote",
    "CarrierToken",
    "ConsentRecord",
    "Cooperative",
    "HandOver",
    "Invitation",
    "KeptForm",
    "LessonLevel",
    "Mandate",
    "MemberCard",
    "Membership",
    "Needs",
    "OutboxMessage",
    "PersonRequest",
    "Photo",
    "Question",
    "QuestionDesk",
    "Rendition",
    "RulesAcceptance",
    "RulesVersion",
    "SellerApplication",
    "SellerPaper",
    "Session",
    "SupportingOrganisation",
    "Team",
    "TeamMember",
    "TrainingSession",
    "UnitAlias",
    "User",
    "Visit",
    "VisitPhoto",
]
