"""Acting under a mandate: which one holds, whose name stands in the log, and the wall at the moment of writing.

The door asks once a request. Between that and the write somebody may press "end", or the minute may pass: so every
line of the audit asks again in its own transaction (`Actor.stands`), and without a line nothing of ours is written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from django.db import connection

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Capability
from community.mandates.models import Mandate
from community.mandates.scopes import DRAFT_ACTS, OPENS


class MandateOver(Exception):
    """It does not hold any more, or not for this. No `DomainError`: no face may take it for a refusal of its own and
    go on; the transaction ends, and the door answers.

    `why`: a value of `Mandate.Why`, "expired", "drafts_only" (its paper waits for a second helper) or "gone".
    """

    def __init__(self, mandate: Mandate | None, why: str) -> None:
        super().__init__(why)
        self.mandate, self.why = mandate, why


@dataclass(frozen=True, slots=True)
class Helping:
    """Stands where a member's `Membership` stands while somebody helps; never an owner, never with money or people."""

    mandate: Mandate
    role: str = ""

    @property
    def user(self) -> User:
        return self.mandate.helper

    @property
    def cooperative(self) -> Cooperative:
        return self.mandate.cooperative

    @property
    def code(self) -> str:
        """By which a phone tells apart what was typed for whom."""
        return self.mandate.code

    def may(self, capability: str) -> bool:
        """As the door lets in; what has scopes of its own asks `door.current.is_open_to`."""
        return bool(OPENS[Capability(capability)] & self.mandate.scopes)

    def get_role_display(self) -> str:
        return ", ".join(self.mandate.scope_names)


def find_standing(*, code: str, helper: User) -> Mandate:
    """The helper's mandate, if it holds now. Raises MandateOver."""
    mine = Mandate.objects.filter(code=code, helper=helper)
    whole = mine.select_related("helper", "team", "cooperative__commune__parent")
    if found := whole.in_force(clock.now()).first():
        return found
    raise _over(whole.first())


def actor_of(mandate: Mandate) -> Actor:
    """The helper, for the cooperative, under this mandate; writes only while it holds."""
    return Actor(
        user=mandate.helper,
        cooperative=mandate.cooperative,
        mandate_code=mandate.code,
        label=mandate.helper.name,
        stands=partial(check_stands, mandate.pk),
    )


def actor_under(
    *, code: str, helper: User, cooperative: Cooperative, scope: str, last: Collection[str]
) -> Actor | None:
    """For work that waited in a queue: by the mandate it was asked for under, if that holds now and has the scope.

    ``last``: the actions whose line ends the work. It may take minutes, and who ends the mandate meanwhile waits for
    none of them: each line looks whether it stands, only the last one holds it until the work is committed.
    """
    mine = Mandate.objects.in_force(clock.now()).filter(code=code, helper=helper, cooperative=cooperative)
    mandate = mine.filter(status=Mandate.Status.RUNNING).select_related("helper", "cooperative").first()
    if mandate is None or scope not in mandate.scopes:
        return None
    return replace(actor_of(mandate), stands=partial(check_stands, mandate.pk, last=frozenset(last)))


def check_stands(mandate_id: int, action: str, *, last: Collection[str] | None = None) -> None:
    """Call in the transaction that writes. Raises MandateOver.

    The row is held in share mode until that transaction ends: two acts of one helper do not wait for each other, an
    end waits for both, and what begins after the end reads it. ``last``: hold it only with these actions.
    """
    if connection.vendor == "postgresql" and (last is None or action in last):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM community_mandate WHERE id = %s FOR SHARE", [mandate_id])
    held = Mandate.objects.filter(pk=mandate_id)
    mandate = held.in_force(clock.now()).first()
    if mandate is None:
        raise _over(held.first())
    if mandate.is_draft_only and action not in DRAFT_ACTS:
        raise MandateOver(mandate, "drafts_only")


def _over(mandate: Mandate | None) -> MandateOver:
    if mandate is None:
        return MandateOver(None, "gone")
    if mandate.status == Mandate.Status.ENDED:
        return MandateOver(mandate, mandate.ended_why)
    return MandateOver(mandate, "gone" if mandate.is_standing else "expired")
