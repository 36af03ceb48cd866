"""Amounts as people say them: "3 bao", "2 tạ". The form turns them into base units with the weight of this moment, and
the record keeps both; screens of the cooperative say them back as "3 bao (150 kg)"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.text.quantities import NBSP, UNITS, InvalidNumber, parse_decimal_vi, show_number, show_quantity, to_base
from traceability.epcis.facts import SaidAs
from traceability.epcis.own_terms import said_as_of
from traceability.events.models import Event
from traceability.fieldwork.lot_words import unit_name
from traceability.fieldwork.sentences import reader_language
from traceability.products.measures import MOST_EACH, WORDS, Measure, is_usual, say_measure
from traceability.products.models import Product

PLAIN = ("kg", "yen", "ta", "tan", "litre", "piece")
WRITTEN = {"yen": "yến", "ta": "tạ", "tan": "tấn"}  # as a record says it; kg, lít and cái need no second word
IN_ENGLISH = {"yến": "× 10 kg", "tạ": "× 100 kg", "tấn": "tonnes"}
LARGEST_OF = {"g": "kg", "ml": "litre", "piece": "piece"}
TRADED = {"KGM": ("g", 1000), "LTR": ("ml", 1000), "": ("piece", 1)}
NOT_A_NUMBER = gettext_lazy("This is not a number. Type digits, with a comma for decimals: 42,5.")


@dataclass(frozen=True, slots=True)
class Spoken:
    """An amount that was understood. ``said`` is None where kg, litres or pieces were typed."""

    base: int
    base_unit: str
    said: SaidAs | None = None
    new_measure: tuple[str, int, str] | None = None  # word, how much one holds, its base unit

    def remember(self, product: Product, actor: Any) -> None:
        """What a word holds, said for the first time, is known from now on. Call in the record's transaction."""
        if self.new_measure is not None:
            word, each_base, base_unit = self.new_measure
            say_measure(product=product, word=word, each_base=each_base, base_unit=base_unit, actor=actor)


class UnitChoice(forms.RadioSelect):
    """Radios that tell a script how much one unit is."""

    sizes: dict[str, tuple[int, str]] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if size := self.sizes.get(str(value)):
            option["attrs"] |= {"data-each": str(size[0]), "data-base": size[1]}
        return option


class SpokenMixin(forms.Form):
    """An amount (``amount``) and its ``unit``; a word whose weight nobody has said asks for it in ``each``.

    Give the form's product to :meth:`take_measures` before it is used. A valid form has ``spoken`` in its data.
    """

    each = forms.CharField(
        label=gettext_lazy("How much does one hold?"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "measure", "autocomplete": "off"}),
    )
    each_unit = forms.ChoiceField(required=False, choices=[(unit, "") for unit in LARGEST_OF.values()])
    sure = forms.BooleanField(label=gettext_lazy("Yes, these numbers are right"), required=False)
    is_doubtful = False

    def take_measures(self, product: Product) -> None:
        self.measures = {one.word: one for one in Measure.objects.filter(product=product)}
        choices = [(one.word, f"{one.shown_word} ({_holds(one)})") for one in self.measures.values()]
        choices += [(unit, unit_name(unit)) for unit in PLAIN]
        choices += [(code, word.shown) for code, word in WORDS.items() if code not in self.measures]
        widget = UnitChoice()
        widget.sizes = {unit: (UNITS[unit][1], UNITS[unit][0]) for unit in PLAIN}
        widget.sizes |= {one.word: (one.each_base, one.base_unit) for one in self.measures.values()}
        self.fields["unit"].widget = widget
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]
        self.fields["each_unit"].choices = [(unit, unit_name(unit)) for unit in LARGEST_OF.values()]  # type: ignore[attr-defined]
        self.few = len(self.measures) + len(PLAIN)

    @property
    def common_units(self) -> list[Any]:
        """The radios for kg and its like, and words whose weight is known."""
        return list(self["unit"])[: self.few]

    @property
    def other_units(self) -> list[Any]:
        return list(self["unit"])[self.few :]

    @property
    def asks_each(self) -> bool:
        return self.is_bound and (self.has_error("each") or bool(self.data.get("each")))

    @property
    def has_other_unit(self) -> bool:
        """Whether one of the words further down is chosen: then they stand open."""
        return str(self["unit"].value() or "") in WORDS.keys() - self.measures.keys()

    @property
    def each_question(self) -> str:
        word = WORDS.get(str(self["unit"].value() or ""))
        return _("How much does one %(word)s hold?") % {"word": word.shown} if word else ""

    @property
    def each_units(self) -> list[tuple[str, str, bool]]:
        """(unit, its name, whether it is chosen): litres for a can, pieces for a dozen."""
        word = WORDS.get(str(self["unit"].value() or ""))
        usual = LARGEST_OF[next(iter(word.usual))] if word else "kg"
        chosen = self["each_unit"].value() or usual
        return [(unit, unit_name(unit), unit == chosen) for unit in LARGEST_OF.values()]

    @property
    def asks_if_sure(self) -> bool:
        return self.is_doubtful or self.has_error("sure")

    def ask_if_sure(self, words: str) -> None:
        """Say what cannot be, and offer to save it all the same."""
        self.is_doubtful = True
        self.add_error(None, words)

    def read_spoken(self, cleaned: dict[str, Any]) -> None:
        """Put ``spoken`` into ``cleaned``, or an error at the field that has to be mended."""
        unit, typed = cleaned.get("unit"), cleaned.get("amount")
        if not unit or not typed:
            return
        try:
            number = parse_decimal_vi(typed)
            spoken = self._of_word(unit, number, cleaned) if unit in WORDS else _of_unit(unit, number)
        except InvalidNumber as fault:
            words = _("Whole pieces only.") if fault.code == "too_fine" and unit == "piece" else NOT_A_NUMBER
            self.add_error("amount", forms.ValidationError(words, code=fault.code))
            return
        if spoken is not None:
            cleaned["spoken"] = spoken

    def _of_word(self, word: str, number: Decimal, cleaned: dict[str, Any]) -> Spoken | None:
        known, fresh = self.measures.get(word), None
        if known is None:
            fresh = self._each(word, cleaned)
            if fresh is None:
                return None
        each_base, base_unit = (known.each_base, known.base_unit) if known else fresh or (0, "g")
        base = number * each_base
        if base != base.to_integral_value():
            raise InvalidNumber("too_fine", unit=word)
        said = SaidAs(number.normalize(), WORDS[word].vietnamese, each_base, base_unit)
        return Spoken(int(base), base_unit, said, (word, each_base, base_unit) if fresh else None)

    def _each(self, word: str, cleaned: dict[str, Any]) -> tuple[int, str] | None:
        """What one holds, as typed now; None with an error where nothing usable was typed, or it must be said twice."""
        typed, unit = (
            cleaned.get("each", "").strip(),
            cleaned.get("each_unit") or LARGEST_OF[next(iter(WORDS[word].usual))],
        )
        if not typed:
            self.add_error("each", _("Say it once; from then on it is known."))
            return None
        try:
            each_base = to_base(parse_decimal_vi(typed), unit)
        except InvalidNumber:
            self.add_error("each", NOT_A_NUMBER)
            return None
        fault = measure_fault(word, each_base, UNITS[unit][0], sure=bool(cleaned.get("sure")))
        if fault:
            self.add_error(*fault)
            return None
        return each_base, UNITS[unit][0]


def measure_fault(word: str, each_base: int, base_unit: str, *, sure: bool) -> tuple[str, str] | None:
    """(field, sentence) where one ``word`` cannot hold so much, or must be said twice; else None."""
    language = reader_language()
    if not 0 < each_base <= MOST_EACH:
        most = show_quantity(MOST_EACH, base_unit, language)
        return "each", _("Type more than nothing and at most %(most)s.") % {"most": most}
    if sure or is_usual(word, each_base=each_base, base_unit=base_unit):
        return None
    said = {"word": WORDS[word].shown, "amount": show_quantity(each_base, base_unit, language)}
    return "sure", _("One %(word)s of %(amount)s? That is unusual. Check the number, or say that it is right.") % said


def _of_unit(unit: str, number: Decimal) -> Spoken:
    base_unit, size = UNITS[unit]
    said = SaidAs(number.normalize(), WRITTEN[unit], size, base_unit) if unit in WRITTEN else None
    return Spoken(to_base(number, unit), base_unit, said)


def _holds(measure: Measure) -> str:
    return show_quantity(measure.each_base, measure.base_unit, reader_language())


def said_words(said: SaidAs) -> str:
    """ "3 bao"; in English "3 sacks"."""
    language, unit, number = reader_language(), said.unit, said.value
    shown = show_number(number, language)
    if language == "vi":
        return f"{shown}{NBSP}{unit}"
    known = next((word for word in WORDS.values() if word.vietnamese == unit), None)
    if known is not None:
        return f"{shown}{NBSP}{known.english if number == 1 else known.english_many}"
    return f"{shown}{NBSP}{IN_ENGLISH.get(unit, unit)}"


def said_as(event: Event) -> SaidAs | None:
    """How the amount of a stored record was said, with what one weighed then."""
    said = said_as_of(json.loads(event.body))
    if said is None:
        return None
    base_unit, size = TRADED.get(said.get("ocop:eachUnit", ""), ("g", 1))
    each_base = Decimal(str(said["ocop:each"])) * size
    return SaidAs(Decimal(str(said["ocop:value"])), said["ocop:unit"], int(each_base), base_unit)


def amount_told(event: Event, base: int | None, unit: str) -> str:
    """How much a record says, for its cooperative: "3 bao (150 kg)", or "150 kg" where it was said so."""
    if not base:
        return ""
    weight = show_quantity(base, unit, reader_language())
    said = said_as(event)
    return f"{said_words(said)} ({weight})" if said else weight
