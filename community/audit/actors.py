"""Who is acting. Every verb takes an `Actor`, so that no write is without a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.accounts.models import User
    from community.cooperatives.models import Cooperative


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a machine or an unknown buyer; for which cooperative; under which mandate (assisted mode).

    ``stands``: asked with the action by each line of the audit, in the transaction of the act; raises when the mandate
    does not hold any more. ``is_part``: what is done is part of an act that writes its own line.
    """

    user: User | None
    cooperative: Cooperative | None = None
    mandate_code: str = ""
    label: str = ""
    stands: Callable[[str], None] | None = field(default=None, compare=False, repr=False)
    is_part: bool = False

    @classmethod
    def of(cls, user: User, cooperative: Cooperative | None = None) -> Actor:
        return cls(user=user, cooperative=cooperative, label=user.name)

    @classmethod
    def system(cls, label: str) -> Actor:
        """A machine: "worker", "demo", "import"."""
        return cls(user=None, label=f"system:{label}")

    def as_part(self) -> Actor:
        """For a verb called by another verb in one transaction: one press is one line, that of the outer verb."""
        return replace(self, is_part=True)

    @property
    def is_helper(self) -> bool:
        """Acts for others with their consent: never about money, people, keys, consent or for ever."""
        return bool(self.mandate_code)

    @property
    def is_machine(self) -> bool:
        """The worker, the demo, a script of the operator."""
        return self.user is None and self.label.startswith("system:")

    def is_staff_with(self, right: str) -> bool:
        """A machine of ours, or staff with the right."""
        who = self.user
        return self.is_machine or bool(who and who.is_active and who.is_staff and who.has_perm(right))

    @classmethod
    def buyer(cls) -> Actor:
        """Somebody who buys without an account; known to the order by its secret link, to the log by no name."""
        return cls(user=None, label="buyer")
