"""Sets up the editorial site: home pages in each language, lists of stories and guides, the editors' rights.

Safe to run at every start: what is there stays as the editors left it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.coreutils import find_available_slug
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.home_words import ENGLISH, KHMER, VIETNAMESE, Body
from cms.navigation import forget_frames
from cms.pages.guides import GuideIndexPage
from cms.pages.home import HomePage
from cms.pages.library import LibraryPage
from cms.pages.programmes import ProgrammeIndexPage
from cms.pages.stories import StoryIndexPage

PAGE_RIGHTS = {
    "Editors": ("add_page", "change_page"),
    "Moderators": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
# A type of page that only lists others.
IndexPage = TypeVar("IndexPage", StoryIndexPage, GuideIndexPage, ProgrammeIndexPage, LibraryPage)
DOCUMENT_RIGHTS = ("add_document", "change_document", "choose_document")
MODEL_RIGHTS: dict[str, dict[str, tuple[str, ...]]] = {
    "Editors": {"cms": ("add_officialpaper", "change_officialpaper", "view_officialpaper")},
    "Moderators": {
        "cms": ("add_officialpaper", "change_officialpaper", "delete_officialpaper", "change_sitesettings"),
        "wagtailredirects": ("add_redirect", "change_redirect", "delete_redirect", "view_redirect"),
        "community": ("add_questiondesk", "change_questiondesk", "delete_questiondesk"),
    },
}
PROGRAMMES_INTRO = "Đợt đánh giá OCOP, hỗ trợ, tập huấn, hội chợ."
LIBRARY_INTRO = "Quyết định, hướng dẫn, biểu mẫu: có số, ngày và nơi ban hành."
PHOTO_RIGHTS = ("add_image", "change_image", "choose_image")
"""Wagtail asks for the rights of its own model of pictures, whichever takes its place."""


@dataclass(frozen=True, slots=True)
class EditorialSite:
    """The pages that others hang theirs under."""

    home: HomePage
    home_en: HomePage
    stories: StoryIndexPage
    stories_en: StoryIndexPage
    guides: GuideIndexPage
    guides_en: GuideIndexPage
    programmes: ProgrammeIndexPage
    programmes_en: ProgrammeIndexPage
    library: LibraryPage
    library_en: LibraryPage


@transaction.atomic
def set_up_site(host: str, port: int) -> EditorialSite:
    """Creates what is missing and points the default Site (`host`:`port`) at the Vietnamese home page."""
    vietnamese = Locale.objects.get_or_create(language_code="vi")[0]
    english = Locale.objects.get_or_create(language_code="en")[0]
    home = _home(vietnamese)
    _point_site(home, host, port)
    home_en = _home_in(home, english, "home-en", ENGLISH)
    _home_in(home, Locale.objects.get_or_create(language_code="km")[0], "home-km", KHMER)
    stories = _child(home, StoryIndexPage, "Chuyện làng nghề", "chuyen", "Người làm ra kể chuyện nghề của mình.")
    guides = _child(home, GuideIndexPage, "Hướng dẫn", "huong-dan", "Đọc vài phút là làm được.")
    programmes = _child(home, ProgrammeIndexPage, "Chương trình", "chuong-trinh", PROGRAMMES_INTRO)
    library = _child(home, LibraryPage, "Thư viện văn bản", "van-ban", LIBRARY_INTRO, in_menu=False)
    made = EditorialSite(
        home=home,
        home_en=home_en,
        stories=stories,
        stories_en=_child_in_english(stories, english, "Stories", "stories", "The makers tell about their craft."),
        guides=guides,
        guides_en=_child_in_english(guides, english, "Guides", "guides", "A few minutes to read, then you can do it."),
        programmes=programmes,
        programmes_en=_child_in_english(
            programmes, english, "Programmes", "programmes", "OCOP rounds, support, courses and fairs."
        ),
        library=library,
        library_en=_child_in_english(
            library,
            english,
            "Documents",
            "documents",
            "Decisions and forms, with number and date.",
            in_menu=False,
        ),
    )
    _give_rights()
    _set_up_workflow()
    forget_frames()
    return made


def _home(locale: Locale) -> HomePage:
    found = HomePage.objects.filter(locale=locale, depth=2).first()
    if found is not None:
        return found
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root", locale=locale)
    home = HomePage(title="Chợ Nguồn", slug="trang-chu", locale=locale, body=VIETNAMESE)
    root.add_child(instance=home)
    home.save_revision().publish()
    return HomePage.objects.get(pk=home.pk)


def _home_in(home: HomePage, locale: Locale, slug: str, body: Body) -> HomePage:
    found = home.get_translation_or_none(locale)
    if found is None:
        found = home.copy_for_translation(locale)
        found.title, found.slug, found.body = "Chợ Nguồn", slug, body
        found.save_revision().publish()
    return HomePage.objects.get(pk=found.pk)


def _point_site(home: HomePage, host: str, port: int) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    before = site.root_page if site.root_page_id else None
    site.hostname, site.port, site.site_name, site.root_page = host, port, "Chợ Nguồn", home
    site.save()
    # Wagtail's own first migration leaves a "Welcome" page behind.
    if before is not None and before.specific_class is Page and before.depth == 2 and before.numchild == 0:
        before.delete()


def _child(
    home: HomePage, kind: type[IndexPage], title: str, slug: str, intro: str, *, in_menu: bool = True
) -> IndexPage:
    found = kind.objects.child_of(home).first()
    if found is None:
        slug = find_available_slug(home, slug)  # an editor's own page may stand there
        found = kind(title=title, slug=slug, intro=intro, show_in_menus=in_menu, locale=home.locale)
        HomePage.objects.get(pk=home.pk).add_child(instance=found)
        found.save_revision().publish()
    return kind.objects.get(pk=found.pk)


def _child_in_english(
    page: IndexPage, english: Locale, title: str, slug: str, intro: str, *, in_menu: bool = True
) -> IndexPage:
    found = page.get_translation_or_none(english)
    if found is None:
        found = page.copy_for_translation(english)
        slug = find_available_slug(found.get_parent(), slug, ignore_page_id=found.pk)
        found.title, found.slug, found.intro, found.show_in_menus = title, slug, intro, in_menu
        found.save_revision().publish()
    return type(page).objects.get(pk=found.pk)


def _give_rights() -> None:
    root = Page.get_first_root_node()
    photos = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for name, codenames in PAGE_RIGHTS.items():
        group = Group.objects.get_or_create(name=name)[0]
        group.permissions.add(
            *Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
        )
        for right in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
        for right in Permission.objects.filter(content_type__app_label="wagtailimages", codename__in=PHOTO_RIGHTS):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=photos, permission=right)
        for right in Permission.objects.filter(content_type__app_label="wagtaildocs", codename__in=DOCUMENT_RIGHTS):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=photos, permission=right)
        for app, wanted in MODEL_RIGHTS[name].items():
            group.permissions.add(*Permission.objects.filter(content_type__app_label=app, codename__in=wanted))


def _set_up_workflow() -> None:
    """What Wagtail's migration makes, for a database that lost it: moderators approve the editors' pages."""
    root = Page.get_first_root_node()
    if WorkflowPage.objects.filter(page=root).exists():
        return
    workflow = Workflow.objects.get_or_create(name="Moderators approval", defaults={"active": True})[0]
    task = GroupApprovalTask.objects.filter(name="Moderators approval").first()
    if task is None:
        task = GroupApprovalTask.objects.create(name="Moderators approval")
        task.groups.add(Group.objects.get(name="Moderators"))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    WorkflowPage.objects.create(workflow=workflow, page=root)
