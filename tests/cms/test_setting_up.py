from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Site, WorkflowPage

from cms.pages.home import HomePage
from cms.pages.plain import PlainPage
from cms.setting_up import set_up_site
from community.accounts.models import User
from community.photos.models import Photo
from tests.making import make_photo

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


@pytest.mark.parametrize(("home", "slug"), [("home", "van-ban"), ("home_en", "documents")])
def test_an_editors_page_at_the_address_of_a_new_list_stops_no_update(site, home, slug):
    for one in (site.library_en, site.library):
        Page.objects.get(pk=one.pk).delete()
    editors = getattr(site, home)
    editors.refresh_from_db()
    editors.add_child(instance=PlainPage(title="Văn bản", slug=slug, locale=editors.locale))
    again = set_up_site("testserver", 80)
    assert f"{slug}-1" in (again.library.slug, again.library_en.slug)


def test_wagtails_welcome_page_is_gone(site):
    assert [page.specific_class for page in Page.objects.filter(depth=2)] == [HomePage] * 3


def test_editors_write_and_only_moderators_publish(site):
    def rights(name):
        group = Group.objects.get(name=name)
        return set(GroupPagePermission.objects.filter(group=group).values_list("permission__codename", flat=True))

    assert "publish_page" in rights("Moderators")
    assert rights("Editors") == {"add_page", "change_page"}
    assert WorkflowPage.objects.count() == 1


def test_lists_stand_in_the_menu_of_their_language(site, client):
    assert [link.title for link in client.get("/").context["menu"]] == ["Chuyện làng nghề", "Hướng dẫn", "Chương trình"]
    assert [link.title for link in client.get("/en/").context["menu"]] == ["Stories", "Guides", "Programmes"]


@pytest.mark.parametrize("name", ["Editors", "Moderators"])
def test_who_writes_pages_chooses_and_adds_photos_also_where_the_rights_were_lost(site, client, name):
    photo = make_photo("Ruộng lúa")
    writer = User.objects.create_user(email="viet@example.vn", name="Viết", is_staff=True)
    writer.groups.add(Group.objects.get(name=name))
    client.force_login(writer)
    GroupCollectionPermission.objects.all().delete()
    assert "Ruộng lúa" not in client.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    set_up_site("testserver", 80)
    assert "Ruộng lúa" in client.get(reverse("wagtailimages_chooser:choose")).json()["html"]
    with photo.file.open() as file:
        upload = SimpleUploadedFile("anh.jpg", file.read(), content_type="image/jpeg")
    told = {"image-chooser-upload-title": "Vườn", "image-chooser-upload-file": upload}
    client.post(reverse("wagtailimages_chooser:create"), told)
    assert Photo.objects.filter(title="Vườn", uploaded_by_user=writer).exists()
