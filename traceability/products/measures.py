"""Words for amounts where people do not speak of kilograms. A yến is 10 kg everywhere; what a sack weighs is said once
by the cooperative for each of its goods, and every record keeps the weight of that moment."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.products.models import BaseUnit, Product, in_language

MOST_EACH = 10_000_000  # 10 t, 10,000 l: no vessel that somebody carries or carts


@dataclass(frozen=True, slots=True)
class Word:
    """``usual``: by base unit, between how much and how much one of them mostly holds; outside it people are asked
    twice. The first base unit is the one proposed."""

    vietnamese: str
    english: str
    english_many: str
    usual: dict[str, tuple[int, int]]

    @property
    def shown(self) -> str:
        return in_language(self.vietnamese, self.english)


WORDS: dict[str, Word] = {
    "bao": Word("bao", "sack", "sacks", {"g": (5_000, 100_000)}),
    "gui": Word("gùi", "back basket", "back baskets", {"g": (3_000, 80_000)}),
    "thung-tre": Word("thúng", "bamboo basket", "bamboo baskets", {"g": (2_000, 60_000)}),
    "sot": Word("sọt", "crate", "crates", {"g": (3_000, 100_000), "piece": (5, 500)}),
    "thung": Word("thùng", "box", "boxes", {"g": (1_000, 200_000), "ml": (1_000, 250_000), "piece": (4, 500)}),
    "can": Word("can", "can", "cans", {"ml": (1_000, 60_000), "g": (1_000, 60_000)}),
    "xo": Word("xô", "bucket", "buckets", {"ml": (3_000, 40_000), "g": (2_000, 40_000)}),
    "ket": Word("két", "case", "cases", {"piece": (6, 200)}),
    "chuc": Word("chục", "“chục” (10 to 16)", "“chục”", {"piece": (10, 16)}),
}
"""A chục is 10 in the north and 12 to 16 in the south: like a sack, it is said."""


class Measure(models.Model):
    """What one ``word`` of a product holds. May change: records carry what it was."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="measures")
    word = models.CharField(max_length=12, choices=[(code, word.vietnamese) for code, word in WORDS.items()])
    each_base = models.BigIntegerField()
    base_unit = models.CharField(max_length=6, choices=BaseUnit)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("community.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("local unit")
        verbose_name_plural = _("local units")
        ordering = ["product", "word"]
        constraints = [
            models.UniqueConstraint(fields=["product", "word"], name="measure_once_per_product"),
            models.CheckConstraint(condition=Q(word__in=list(WORDS)), name="measure_word_known"),
            models.CheckConstraint(condition=Q(base_unit__in=BaseUnit.values), name="measure_base_unit_known"),
            models.CheckConstraint(
                condition=Q(each_base__gt=0) & Q(each_base__lte=MOST_EACH), name="measure_holds_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} = {self.each_base} {self.base_unit}"

    @property
    def shown_word(self) -> str:
        return WORDS[self.word].shown


class BadMeasure(DomainError):
    """Codes: unknown_word, measure_needed, measure_too_large (fact: most_base)."""


def is_usual(word: str, *, each_base: int, base_unit: str) -> bool:
    """Whether one of them mostly holds so much; nobody is refused for an unusual one, but asked twice."""
    edges = WORDS[word].usual.get(base_unit)
    return edges is not None and edges[0] <= each_base <= edges[1]


@transaction.atomic
def say_measure(*, product: Product, word: str, each_base: int, base_unit: str, actor: Actor) -> Measure:
    """One ``word`` of ``product`` holds so much from now on; earlier records keep what they said. Saying the same
    again changes nothing. Raises :class:`BadMeasure`."""
    if word not in WORDS or base_unit not in BaseUnit.values:
        raise BadMeasure("unknown_word")
    if each_base <= 0:
        raise BadMeasure("measure_needed")
    if each_base > MOST_EACH:
        raise BadMeasure("measure_too_large", most_base=MOST_EACH)
    held = Measure.objects.select_for_update().filter(product=product, word=word).first()
    if held is not None and (held.each_base, held.base_unit) == (each_base, base_unit):
        return held
    said, _is_new = Measure.objects.update_or_create(
        product=product,
        word=word,
        defaults={
            "each_base": each_base,
            "base_unit": base_unit,
            "said_at": clock.now(),
            "said_by": actor.user,
        },
    )
    record(
        actor=actor,
        action="measure.said",
        subject=product,
        cooperative=product.cooperative,
        word=word,
        each_base=each_base,
        base_unit=base_unit,
        before=held.each_base if held else 0,
    )
    return said
