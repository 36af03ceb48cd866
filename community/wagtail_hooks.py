"""What the ground floor adds to the staff's admin."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.users.widgets import UserListingButton

from community.accounts.models import User
from community.accounts.unlock_in_admin import unlock_page
from community.consents.desk import urlpatterns as consent_urls
from community.cooperatives.in_admin import CooperativesGroup
from community.journal.desk import JournalItem
from community.journal.desk import urlpatterns as journal_urls
from community.mandates.desk import TeamsGroup
from community.mandates.desk import urlpatterns as mandate_urls
from community.onboarding.views import SellersItem
from community.onboarding.views import urlpatterns as seller_urls
from community.privacy.desk import PrivacyItem
from community.privacy.desk import urlpatterns as privacy_urls
from community.questions.desk import QuestionDesks, QuestionsItem
from community.questions.desk import urlpatterns as question_urls
from community.rules.desk import RulesItem
from community.rules.desk import urlpatterns as rules_urls
from community.visits.desk import urlpatterns as dissolve_urls


@hooks.register("register_admin_viewset")
def cooperatives() -> CooperativesGroup:
    return CooperativesGroup()


@hooks.register("register_admin_viewset")
def digital_teams() -> TeamsGroup:
    return TeamsGroup()


@hooks.register("register_admin_urls")
def team_addresses() -> list[URLPattern]:
    return [*mandate_urls, *dissolve_urls]


@hooks.register("register_admin_urls")
def unlock_address() -> list[URLPattern]:
    return [path("mo-khoa/<int:user_id>/", unlock_page, name="unlock_person")]


@hooks.register("register_admin_urls")
def seller_addresses() -> list[URLPattern]:
    return seller_urls


@hooks.register("register_admin_menu_item")
def sellers() -> SellersItem:
    return SellersItem(_("Sellers"), reverse("sellers"), icon_name="group", order=240)


@hooks.register("register_admin_urls")
def rules_addresses() -> list[URLPattern]:
    return rules_urls


@hooks.register("register_admin_viewset")
def question_desks() -> QuestionDesks:
    return QuestionDesks()


@hooks.register("register_admin_urls")
def question_addresses() -> list[URLPattern]:
    return question_urls


@hooks.register("register_admin_menu_item")
def questions() -> QuestionsItem:
    return QuestionsItem(_("Questions"), reverse("questions_desk"), icon_name="help", order=245)


@hooks.register("register_admin_menu_item")
def rules() -> RulesItem:
    return RulesItem(_("Rules of the market"), reverse("rules_desk"), icon_name="doc-full", order=250)


@hooks.register("register_admin_urls")
def privacy_addresses() -> list[URLPattern]:
    return privacy_urls + consent_urls


@hooks.register("register_admin_menu_item")
def privacy() -> PrivacyItem:
    return PrivacyItem(_("Privacy"), reverse("privacy_desk"), icon_name="lock", order=265)


@hooks.register("register_admin_urls")
def journal_addresses() -> list[URLPattern]:
    return journal_urls


@hooks.register("register_admin_menu_item")
def journal() -> JournalItem:
    return JournalItem(_("Journal"), reverse("journal_desk"), icon_name="history", order=260)


@hooks.register("register_user_listing_buttons")
def unlock_button(user: User, request_user: User) -> Iterator[UserListingButton]:
    if user.is_locked:
        yield UserListingButton(_("Unlock"), reverse("unlock_person", args=[user.pk]), icon_name="lock-open")
