"""What pages of the admin that are no tables have in common: a place in the menu, a right, one way to refuse."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from marketplace.payments.providers.registry import simulated_is_on


class RightfulItem(MenuItem):
    """In the menu only of who may see the page."""

    right = ""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.right))


class Desk(ViewSet):
    """A page with buttons; ``right`` is needed to see it."""

    right = ""

    @cached_property
    def menu_item_class(self) -> type[RightfulItem]:
        return type("DeskItem", (RightfulItem,), {"right": self.right})


def shown_money() -> dict[str, Any]:
    """A demo shows its simulated money and says so; a real site shows real money only."""
    return {"livemode": not simulated_is_on()}
