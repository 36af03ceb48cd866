"""Forms of delivery: a zone with its fee, a place to collect at, the days of dispatch, goods that must stay cold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.accounts.fields import PhoneField
from community.cooperatives.models import Cooperative
from community.places.finding import find_units, provinces
from community.places.models import AdminUnit
from marketplace.selling.forms import typed_dong
from marketplace.selling.shipping_fields import DongField, KilogramField, commune_named, typed_kg
from marketplace.shipping.arranging import PointFacts
from marketplace.shipping.models import DispatchDays, PickUpPoint, ShippingZone
from marketplace.shipping.words import WEEKDAYS
from marketplace.shipping.zoning import MOST_DAYS, ZoneFigures
from traceability.products.models import Product


class ZoneForm(forms.Form):
    """One zone. ``figures`` and ``places`` are what ``save_zone`` takes."""

    name = forms.CharField(
        label=gettext_lazy("Name of the zone"),
        max_length=80,
        help_text=gettext_lazy("Buyers read it: “Same province”, “We bring it ourselves”."),
        error_messages={"required": gettext_lazy("Give the zone a name.")},
    )
    where = forms.ChoiceField(
        label=gettext_lazy("Where does it reach?"),
        choices=[
            ("everywhere", gettext_lazy("All of the country that has no price of its own")),
            ("named", gettext_lazy("Only the provinces and communes named below")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose where it reaches.")},
    )
    provinces = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Provinces"),
        queryset=AdminUnit.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    communes = forms.CharField(
        label=gettext_lazy("Communes, one on a line"),
        required=False,
        max_length=6000,
        help_text=gettext_lazy("A commune named here wins over its province: your own commune, those beside it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    first_kg = KilogramField(label=gettext_lazy("Up to how many kg?"))
    first_dong = DongField(label=gettext_lazy("Fee up to that weight (₫)"))
    step_kg = KilogramField(label=gettext_lazy("Then for every … kg more"))
    step_dong = DongField(label=gettext_lazy("this much more (₫)"))
    days_min = forms.IntegerField(label=gettext_lazy("On the way: days at least"), min_value=0, max_value=MOST_DAYS)
    days_max = forms.IntegerField(label=gettext_lazy("On the way: days at most"), min_value=0, max_value=MOST_DAYS)
    free_from = DongField(
        label=gettext_lazy("Free from what sum of goods (₫)?"),
        required=False,
        help_text=gettext_lazy("Empty: never free."),
    )
    most_kg = KilogramField(
        label=gettext_lazy("Heaviest parcel (kg)"),
        required=False,
        help_text=gettext_lazy("Heavier orders are told so before they pay. Empty: no limit."),
    )
    carries_chilled = forms.BooleanField(label=gettext_lazy("Goods that must stay cold can go there"), required=False)
    chilled_dong = DongField(label=gettext_lazy("A parcel with cold goods costs more (₫)"), required=False)

    def __init__(self, *args: Any, seller: Cooperative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seller = seller
        self.fields["provinces"].queryset = provinces()  # type: ignore[attr-defined]
        self.fields["provinces"].label_from_instance = lambda unit: unit.name_with_type  # type: ignore[attr-defined]

    def clean_communes(self) -> list[AdminUnit]:
        typed = (" ".join(line.split()) for line in self.cleaned_data["communes"].splitlines())
        found = [commune_named(line, self.seller) for line in typed if line]
        return list({unit.pk: unit for unit in found}.values())

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        named = told.get("where") == "named"
        if named and not self.errors and not (told["provinces"] or told["communes"]):
            self.add_error("where", forms.ValidationError(_("Name a province or a commune."), code="no_places"))
        return told

    @property
    def places(self) -> list[AdminUnit]:
        told = self.cleaned_data
        return [*told["provinces"], *told["communes"]] if told["where"] == "named" else []

    @property
    def figures(self) -> ZoneFigures:
        told = self.cleaned_data
        return ZoneFigures(
            name=" ".join(told["name"].split()),
            first_grams=told["first_kg"],
            first_dong=told["first_dong"],
            step_grams=told["step_kg"],
            step_dong=told["step_dong"],
            days_min=told["days_min"],
            days_max=told["days_max"],
            most_grams=told["most_kg"],
            free_from_dong=told["free_from"] or None,
            carries_chilled=told["carries_chilled"],
            chilled_dong=told["chilled_dong"] or 0,
        )

    @staticmethod
    def as_typed(zone: ShippingZone) -> dict[str, Any]:
        """What the form shows of a zone that is there."""
        units = [spot.unit for spot in zone.places.select_related("unit__parent")]
        return ZoneForm.as_typed_new(zone) | {
            "name": zone.name,
            "where": "everywhere" if zone.is_everywhere else "named",
            "provinces": [unit.code for unit in units if unit.parent_id is None],
            "communes": "\n".join(unit.full_name for unit in units if unit.parent_id is not None),
        }

    @staticmethod
    def as_typed_new(figures: ZoneFigures | ShippingZone) -> dict[str, Any]:
        """Figures as somebody types them, also those that are only suggested."""
        return {
            "first_kg": typed_kg(figures.first_grams),
            "first_dong": typed_dong(figures.first_dong),
            "step_kg": typed_kg(figures.step_grams),
            "step_dong": typed_dong(figures.step_dong),
            "days_min": figures.days_min,
            "days_max": figures.days_max,
            "free_from": typed_dong(figures.free_from_dong) if figures.free_from_dong else "",
            "most_kg": typed_kg(figures.most_grams),
            "carries_chilled": figures.carries_chilled,
            "chilled_dong": typed_dong(figures.chilled_dong) if figures.chilled_dong else "",
        }


class PointForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is the place called?"),
        max_length=80,
        help_text=gettext_lazy("Store of the cooperative, post office, stall at the Sunday market."),
        error_messages={"required": gettext_lazy("Give the place a name.")},
    )
    address_line = forms.CharField(
        label=gettext_lazy("House number, street or landmark"),
        max_length=160,
        error_messages={"required": gettext_lazy("Tell buyers how to find it.")},
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune or ward"),
        max_length=120,
        error_messages={"required": gettext_lazy("Choose the commune or ward.")},
    )
    hours = forms.CharField(
        label=gettext_lazy("When is somebody there?"),
        max_length=120,
        help_text=gettext_lazy("As you would say it: “7 to 17, not on Sundays”."),
        error_messages={"required": gettext_lazy("Say when buyers may come.")},
    )
    phone = PhoneField()

    def __init__(self, *args: Any, seller: Cooperative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seller = seller

    def clean_commune(self) -> AdminUnit:
        return commune_named(" ".join(self.cleaned_data["commune"].split()), self.seller)

    @property
    def facts(self) -> PointFacts:
        told = dict(self.cleaned_data)
        return PointFacts(**told | {name: " ".join(told[name].split()) for name in ("name", "address_line", "hours")})

    @staticmethod
    def as_typed(point: PickUpPoint) -> dict[str, Any]:
        return {
            "name": point.name,
            "address_line": point.address_line,
            "commune": point.commune.full_name,
            "hours": point.hours,
            "phone": point.phone.replace("+84", "0", 1),
        }


class DispatchForm(forms.Form):
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On which days do parcels leave?"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one day.")},
    )
    cut_off_hour = forms.TypedChoiceField(
        label=gettext_lazy("What is paid before this hour leaves on the same day"),
        choices=[(hour, f"{hour}:00") for hour in range(6, 25)],
        coerce=int,
    )

    @staticmethod
    def as_typed(days: DispatchDays | None) -> dict[str, Any]:
        """Before anything was said: working days, until three."""
        if days is None:
            return {"weekdays": [0, 1, 2, 3, 4, 5], "cut_off_hour": 15}
        weekdays = [day for day, _name in WEEKDAYS if days.weekdays >> day & 1]
        return {"weekdays": weekdays, "cut_off_hour": days.cut_off_hour}


class ColdForm(forms.Form):
    products = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Which goods must stay cold on their way?"),
        queryset=Product.objects.none(),
        to_field_name="code",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, seller: Cooperative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Product.objects.of_cooperative(seller).active()
        self.fields["products"].queryset = own  # type: ignore[attr-defined]
        self.fields["products"].label_from_instance = lambda product: product.shown_name  # type: ignore[attr-defined]
        self.initial["products"] = [product.code for product in own.filter(needs_cold=True)]


class TryForm(forms.Form):
    """ "Sending 2 kg to Hải Châu, Đà Nẵng: how much?" ``place`` is what the words were taken for."""

    kg = KilogramField(label=gettext_lazy("How many kg?"), initial="2")
    to = forms.CharField(
        label=gettext_lazy("To where?"),
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": "Hải Châu, Đà Nẵng", "autocomplete": "off"}),
    )
    cold = forms.BooleanField(label=gettext_lazy("Must stay cold"), required=False)

    def clean_to(self) -> AdminUnit:
        found = find_units(self.cleaned_data["to"])
        if not found:
            told = _("No place is called that. Write the commune and its province.")
            raise forms.ValidationError(told, code="unknown")
        return found[0].unit
