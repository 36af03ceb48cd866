"""Who is acting. Every verb takes an `Actor`, so that no write is without a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from community.accounts.models import User
    from community.cooperatives.models import Cooperative


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a machine or an unknown buyer; for which cooperative; under which mandate (assisted mode)."""

    user: User | None
    cooperative: Cooperative | None = None
    mandate_code: str = ""
    label: str = ""

    @classmethod
    def of(cls, user: User, cooperative: Cooperative | None = None) -> Actor:
        return cls(user=user, cooperative=cooperative, label=user.name)

    @classmethod
    def system(cls, label: str) -> Actor:
        """A machine: "worker", "demo", "import"."""
        return cls(user=None, label=f"system:{label}")

    @classmethod
    def buyer(cls) -> Actor:
        """Somebody who buys without an account; known to the order by its secret link, to the log by no name."""
        return cls(user=None, label="buyer")
