"""What the body of a story, a guide and a plain page may be made of."""

from __future__ import annotations

from wagtail.fields import StreamField

from cms.blocks.fronts import HeroBlock, HowItWorksBlock, StoryTeaserBlock
from cms.blocks.goods import BatchPassportBlock, GroupChipsBlock, ShelfBlock
from cms.blocks.lessons import LessonStepBlock
from cms.blocks.papers import LibraryPapersBlock, NeededPapersBlock
from cms.blocks.pictures import GalleryBlock, PictureBlock
from cms.blocks.places import ProvinceMapBlock
from cms.blocks.teasers import GuideTeaserBlock, ProgrammeTeaserBlock
from cms.blocks.words import CallToActionBlock, HeadingBlock, NoticeBlock, QuoteBlock, TextBlock

WORDS = [("heading", HeadingBlock()), ("text", TextBlock()), ("notice", NoticeBlock())]
PICTURES = [("picture", PictureBlock()), ("gallery", GalleryBlock())]
GOODS = [("shelf", ShelfBlock()), ("batch_passport", BatchPassportBlock())]
CALL = [("call_to_action", CallToActionBlock())]


def home_body() -> StreamField:
    blocks = [
        ("hero", HeroBlock()),
        ("group_chips", GroupChipsBlock()),
        ("shelf", ShelfBlock()),
        ("how_it_works", HowItWorksBlock()),
        ("province_map", ProvinceMapBlock()),
        ("programme_teaser", ProgrammeTeaserBlock()),
        ("guide_teaser", GuideTeaserBlock()),
        ("story_teaser", StoryTeaserBlock()),
        *CALL,
        ("text", TextBlock()),
    ]
    counts = {name: {"max_num": 1} for name in ("hero", "group_chips", "province_map")} | {"shelf": {"max_num": 6}}
    return StreamField(blocks, blank=True, block_counts=counts)


def story_body() -> StreamField:
    return StreamField([*WORDS, ("quote", QuoteBlock()), *PICTURES, *GOODS, *CALL], blank=True)


def guide_body() -> StreamField:
    return StreamField([*WORDS, *PICTURES, *CALL], blank=True)


def lesson_steps() -> StreamField:
    return StreamField([("step", LessonStepBlock())], blank=True, max_num=12)


def programme_body() -> StreamField:
    papers = [("needed_papers", NeededPapersBlock()), ("library_papers", LibraryPapersBlock())]
    return StreamField([*WORDS, *papers, *PICTURES, *CALL], blank=True)
