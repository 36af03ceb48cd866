"""What staff may do in the admin with rows that other rules own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from wagtail.permission_policies import ModelPermissionPolicy

from community.accounts.models import User
from community.audit.actors import Actor


def actor_with(user: User | AnonymousUser, right: str) -> Actor:
    """Who is asking, when that person has the right; else PermissionDenied, that is 403."""
    if not (isinstance(user, User) and user.has_perm(right)):
        raise PermissionDenied
    return Actor.of(user)


class OnlyThese(ModelPermissionPolicy):
    """Whatever one's groups say, only these acts exist here, also for a superuser."""

    acts: frozenset[str] = frozenset()

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.acts and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Model) -> bool:
        return self.user_has_any_permission(user, actions)
