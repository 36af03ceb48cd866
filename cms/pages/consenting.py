"""Stories about people: taken back, a story leaves the pages at once, and cannot come back without a new yes."""

from __future__ import annotations

from cms.pages.stories import StoryPage
from community.consents.models import ConsentRecord


def take_story_down(word: ConsentRecord) -> None:
    """In the transaction of the taking back. In all languages, whatever their addresses."""
    told = StoryPage.objects.filter(slug=word.about).values("translation_key")
    for story in StoryPage.objects.live().filter(translation_key__in=told):
        story.unpublish(log_action=True)
