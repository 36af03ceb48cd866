"""What the ground floor adds to the staff's admin."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.users.widgets import UserListingButton

from community.accounts.models import User
from community.accounts.unlock_in_admin import unlock_page
from community.cooperatives.in_admin import CooperativesGroup
from community.onboarding.views import SellersItem
from community.onboarding.views import urlpatterns as seller_urls


@hooks.register("register_admin_viewset")
def cooperatives() -> CooperativesGroup:
    return CooperativesGroup()


@hooks.register("register_admin_urls")
def unlock_address() -> list[URLPattern]:
    return [path("mo-khoa/<int:user_id>/", unlock_page, name="unlock_person")]


@hooks.register("register_admin_urls")
def seller_addresses() -> list[URLPattern]:
    return seller_urls


@hooks.register("register_admin_menu_item")
def sellers() -> SellersItem:
    return SellersItem(_("Sellers"), reverse("sellers"), icon_name="group", order=240)


@hooks.register("register_user_listing_buttons")
def unlock_button(user: User, request_user: User) -> Iterator[UserListingButton]:
    if user.is_locked:
        yield UserListingButton(_("Unlock"), reverse("unlock_person", args=[user.pk]), icon_name="lock-open")
