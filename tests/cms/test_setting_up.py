from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site, WorkflowPage

from cms.pages.home import HomePage
from cms.setting_up import set_up_site

pytestmark = pytest.mark.django_db


def test_both_languages_have_a_home_page_at_their_address(site, client):
    assert client.get("/").context["page"].locale.language_code == "vi"
    assert client.get("/en/").context["page"].locale.language_code == "en"
    assert Site.objects.get().root_page_id == site.home.pk


def test_a_second_run_changes_nothing(site):
    site.home.title = "Chợ của Hoa"
    site.home.save_revision().publish()
    before = list(Page.objects.order_by("pk").values_list("pk", "slug", "title"))
    rights = GroupPagePermission.objects.count(), WorkflowPage.objects.count(), Site.objects.count()
    again = set_up_site("testserver", 80)
    assert again.home.title == "Chợ của Hoa"
    assert list(Page.objects.order_by("pk").values_list("pk", "slug", "title")) == before
    assert (GroupPagePermission.objects.count(), WorkflowPage.objects.count(), Site.objects.count()) == rights


def test_wagtails_welcome_page_is_gone(site):
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [HomePage, HomePage]


def test_editors_write_and_only_moderators_publish(site):
    def rights(name):
        group = Group.objects.get(name=name)
        return set(GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True))

    assert "publish_page" in rights("Moderators")
    assert rights("Editors") == {"add_page", "change_page"}
    assert WorkflowPage.objects.count() == 1


def test_lists_stand_in_the_menu_of_their_language(site, client):
    assert [link.title for link in client.get("/").context["menu"]] == ["Chuyện làng nghề", "Hướng dẫn"]
    assert [link.title for link in client.get("/en/").context["menu"]] == ["Stories", "Guides"]
