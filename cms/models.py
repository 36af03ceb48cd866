from __future__ import annotations

from cms.library.models import OfficialPaper
from cms.pages.guides import GuideIndexPage, GuidePage
from cms.pages.home import HomePage
from cms.pages.library import LibraryPage
from cms.pages.plain import PlainPage
from cms.pages.programmes import ProgrammeIndexPage, ProgrammePage
from cms.pages.stories import StoryIndexPage, StoryPage
from cms.searching.models import PageWords
from cms.site_settings import SiteSettings

__all__ = [
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "LibraryPage",
    "OfficialPaper",
    "PageWords",
    "PlainPage",
    "ProgrammeIndexPage",
    "ProgrammePage",
    "SiteSettings",
    "StoryIndexPage",
    "StoryPage",
]
