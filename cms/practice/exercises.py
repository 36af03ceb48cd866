"""What can be practised: where it begins, which screens belong to it, and which act shows that it went well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.practice.world import Practice, Stage


@dataclass(frozen=True, slots=True)
class Exercise:
    """``acts``: the word in the address → the screen of the desk. ``proof``: the action that is to be done."""

    key: str
    title: Promise
    task: Promise
    lesson: str
    stage: Stage
    acts: Mapping[str, str]
    proof: str

    @property
    def start(self) -> str:
        return next(iter(self.acts))

    def act_of(self, screen: str) -> str:
        """The word for a screen, "" for one that does not belong to the exercise."""
        return next((act for act, name in self.acts.items() if name == screen), "")


EXERCISES = {
    one.key: one
    for one in (
        Exercise(
            key="gia-hang",
            title=_("Change a price"),
            task=_("The price of this rice is to be 210.000 đồng. Type it, read it in words, then say yes."),
            lesson="dang-hang",
            stage=Stage.GOODS,
            acts={"gia": "selling:price", "hang": "selling:listing"},
            proof="offer.price_changed",
        ),
        Exercise(
            key="ghi-buoc",
            title=_("Record a step"),
            task=_("You have just done this step. Write down what is asked, then press “Save this step”."),
            lesson="ghi-viec",
            stage=Stage.IN_THE_MAKING,
            acts={"buoc": "fieldwork:step", "lo": "fieldwork:batch"},
            proof="step.recorded",
        ),
        Exercise(
            key="nhan-don",
            title=_("Accept an order"),
            task=_("A new order has come, and there are enough goods. Read it, then press “Accept the order”."),
            lesson="nhan-don",
            stage=Stage.NEW_ORDER,
            acts={"don": "selling:parcel", "nhan": "selling:accept"},
            proof="parcel.accepted",
        ),
        Exercise(
            key="dong-goi",
            title=_("Pack by code"),
            task=_("The label of the pack in your hand says lot %(lot)s. Type it, press Count, then Packed."),
            lesson="dong-goi",
            stage=Stage.ACCEPTED_ORDER,
            acts={
                "thung": "selling:pack",
                "dem": "selling:scan",
                "bot": "selling:scan_back",
                "don": "selling:parcel",
            },
            proof="parcel.packed",
        ),
    )
}


def words_of(exercise: Exercise, practice: Practice) -> str:
    return str(exercise.task) % {"lot": practice.lot_code}
