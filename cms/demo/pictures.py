"""The demo's pictures: drawn, not photographed, and marked so on every page that shows them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.files.base import ContentFile

from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.photos.art import Art, product_art, scene_art, step_art
from community.photos.illustrating import compose_illustration
from community.photos.models import Photo
from community.photos.taking_in import take_in_photo

PRODUCT_SIZE = (1040, 780)
STEP_SIZE = (720, 540)


@dataclass
class Illustrator:
    """Draws; a step of a line is drawn once and shared by all batches."""

    actor: Actor
    steps: dict[tuple[str, str], Photo] = field(default_factory=dict)

    def product(self, *, sku: str, title: str, cooperative: Cooperative) -> Photo:
        return self._draw(product_art(sku), PRODUCT_SIZE, title=title, seed=sku, cooperative=cooperative)

    def scene(self, *, name: str, title: str) -> Photo:
        return self._draw(scene_art(name), PRODUCT_SIZE, title=title, seed=name)

    def step(self, *, line: str, step: str, kind: str, title: str) -> Photo:
        if (line, step) not in self.steps:
            art = step_art(line, step, kind)
            self.steps[line, step] = self._draw(art, STEP_SIZE, title=title, seed=f"{line}-{step}")
        return self.steps[line, step]

    def _draw(
        self, art: Art, size: tuple[int, int], *, title: str, seed: str, cooperative: Cooperative | None = None
    ) -> Photo:
        picture = ContentFile(compose_illustration(art.names, art.tint, size=size, seed=seed), name=f"{seed}.jpg")
        photo = take_in_photo(upload=picture, title=title, actor=self.actor, cooperative=cooperative)
        Photo.objects.filter(pk=photo.pk).update(is_illustration=True)
        photo.refresh_from_db()
        return photo
