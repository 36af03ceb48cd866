from __future__ import annotations

from cms.pages.guides import GuideIndexPage, GuidePage
from cms.pages.home import HomePage
from cms.pages.plain import PlainPage
from cms.pages.stories import StoryIndexPage, StoryPage
from cms.site_settings import SiteSettings

__all__ = ["GuideIndexPage", "GuidePage", "HomePage", "PlainPage", "SiteSettings", "StoryIndexPage", "StoryPage"]
