from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class PeopleInAdmin(WagtailUsersAppConfig):
    """Stands in INSTALLED_APPS in place of "wagtail.users"; see people_in_admin."""

    default = True
    user_viewset = "community.accounts.people_in_admin.PeopleViewSet"
