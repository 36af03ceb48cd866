"""How far a claim is, in the words of the buyer's page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import get_language, gettext

from community.text.dates import show_datetime
from marketplace.claims.models import Claim
from marketplace.claims.states import ClaimStatus, ReplacementStatus
from marketplace.shopping.following import ProgressStep


def claim_steps(claim: Claim) -> list[ProgressStep]:
    """What has happened with its time, and what is waited for."""
    done = [
        (gettext("You told us"), claim.opened_at, ""),
        (gettext("The cooperative answered"), claim.answered_at, ""),
        (gettext("The market took it over"), claim.passed_on_at, ""),
    ]
    again = getattr(claim, "replacement", None)
    if again is not None and again.status == ReplacementStatus.SENT:
        done.append((gettext("Sent once more"), again.sent_at, f"{again.courier} {again.courier_code}".strip()))
    if claim.status == ClaimStatus.WITHDRAWN:
        done.append((gettext("You took it back"), claim.ended_at, ""))
    elif claim.status == ClaimStatus.SETTLED:
        settled = gettext("Claim settled") if claim.outcome else gettext("Closed: the parcel came back unpaid")
        done.append((settled, claim.ended_at, ""))
    steps = [ProgressStep(title, _when(at), meta) for title, at, meta in done if at is not None]
    waits = _waits(claim)
    return [*steps, ProgressStep(waits, _until(claim), "", "now")] if waits else steps


def _waits(claim: Claim) -> str:
    waits = {
        ClaimStatus.OPEN: gettext("The cooperative looks at it"),
        ClaimStatus.ANSWERED: gettext("Your answer is waited for"),
        ClaimStatus.PLATFORM: gettext("The market decides, a person looks at it"),
        ClaimStatus.RESENDING: gettext("The goods are packed once more"),
    }
    return waits.get(ClaimStatus(claim.status), "")


def _until(claim: Claim) -> str:
    return gettext("until %(time)s") % {"time": _when(claim.due_at)} if claim.due_at else ""


def _when(at: datetime | None) -> str:
    return show_datetime(at, (get_language() or "vi")[:2]) if at else ""
