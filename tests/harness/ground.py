"""What Wagtail's migrations put into an empty database, and a flush takes out again.

A transactional test (live server, threads) ends with a flush of every table. Without these rows the next test
finds no root page, no locale, no site and no collection for its photos.
"""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Collection, Locale, Page, Site


def lay_ground() -> None:
    """Create the rows that are missing; does nothing on a freshly migrated database."""
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()
    locales = [Locale.objects.get_or_create(language_code=code)[0] for code in ("vi", "en")]
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    root = Page.get_first_root_node()
    if root is None:
        root = Page.add_root(title="Root", slug="root", locale=locales[0])
    if not Site.objects.exists():
        first = root.get_first_child() or root
        Site.objects.create(hostname="localhost", root_page=first, is_default_site=True)
    access = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    for name in ("Editors", "Moderators"):
        Group.objects.get_or_create(name=name)[0].permissions.add(*access)
