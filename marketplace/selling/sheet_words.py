"""Sheets in words: columns, what is wrong in a cell and what to do, what a row does, why an import did not go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.sheets.reading import MOST_BYTES, MOST_ROWS
from marketplace.importing.models import ImportRow, ImportStatus, SheetImport
from marketplace.selling.sentences import SENTENCES, time_of

COLUMNS: dict[str, Promise] = {
    "product_code": gettext_lazy("Code of the goods"),
    "pack_code": gettext_lazy("Code of the pack"),
    "product": gettext_lazy("Name of the goods"),
    "line": gettext_lazy("Kind of goods"),
    "subgroup": gettext_lazy("OCOP group"),
    "abv": gettext_lazy("Strength (percent)"),
    "container": gettext_lazy("Packed in"),
    "amount": gettext_lazy("Content of one pack"),
    "unit": gettext_lazy("Unit"),
    "price": gettext_lazy("Price"),
    "weight": gettext_lazy("Weight with wrapping"),
    "gtin": gettext_lazy("Number under the barcode"),
    "life": gettext_lazy("Keeps for"),
    "summary": gettext_lazy("One sentence for buyers"),
    "story": gettext_lazy("Story"),
    "lot": gettext_lazy("Lot number"),
    "pack": gettext_lazy("Pack"),
    "packed_on": gettext_lazy("Packed on"),
    "packs": gettext_lazy("Number of packs"),
}
FAULTS: dict[str, Promise] = {
    "formula": gettext_lazy("begins with a sign that a spreadsheet runs as a formula. Type words or a number."),
    "needed": gettext_lazy("is empty. Fill it in."),
    "summary_needed": gettext_lazy("is empty. New goods need one sentence for buyers."),
    "amount_needed": gettext_lazy("is empty. Type how much one pack holds, like 500 g."),
    "abv_needed": gettext_lazy("is empty. Drinks with alcohol need it, like 29."),
    "abv": gettext_lazy("is no strength. Type the percent, like 29 or 4,5."),
    "too_long": gettext_lazy("is too long: at most %(most)s letters."),
    "unknown_code": gettext_lazy("is no code of yours. Leave it empty for new goods."),
    "several_goods": gettext_lazy("is the name of several of your goods. Write the code of the goods too."),
    "unknown_goods": gettext_lazy("is not among your goods. Write it as there, or add it with a price."),
    "unknown_line": gettext_lazy("is no kind we know. The kinds stand at the end of the template."),
    "unknown_subgroup": gettext_lazy("is no OCOP group. Leave it empty, we choose."),
    "unknown_container": gettext_lazy("is not known. Write bag, box, bottle, jar, packet, sack, or leave it empty."),
    "unknown_unit": gettext_lazy("has no unit that we know. Write it with one, like 500 g or 1,5 kg."),
    "which_pack": gettext_lazy("does not say which pack. There are: %(packs)s."),
    "two_prices": gettext_lazy("is another price than in a row above for the same pack."),
    "other_gtin": gettext_lazy("differs from the barcode on record. Change it on the page of the pack."),
    "archived": gettext_lazy("is of a pack that is out of use."),
    "not_an_amount": gettext_lazy("is not a number. Write digits, like 185.000."),
    "price_out_of_range": gettext_lazy("must be between 1 ₫ and 499.999.999 ₫."),
    "amount_too_large": gettext_lazy("is too large. Check the zeros."),
    "number_too_large": gettext_lazy("is too large. Check the number and its unit."),
    "not_a_number": gettext_lazy("is not a number. Write digits, like 500 or 1,5."),
    "too_fine": gettext_lazy("is too fine: there is no part of a gram, a millilitre or a piece."),
    "not_a_life": gettext_lazy("is no time. Write it like 12 months or 270 days."),
    "not_a_date": gettext_lazy("is no day. Write day/month/year, like 05/11/2026."),
    "day_to_come": gettext_lazy("is still to come."),
    "packs_needed": gettext_lazy("must be at least 1."),
    "other_unit": gettext_lazy("has another unit than the pack. Write the number of packs."),
    "no_whole_packs": gettext_lazy("does not make whole packs. Write the number of packs."),
    "bad_lot_code": gettext_lazy("is no lot number: 3 to 20 capital letters, digits and hyphens."),
    "lot_twice": gettext_lazy("stands twice in this file for the same goods."),
    "lot_of_other_pack": gettext_lazy("is a lot of another pack."),
    "lot_known": gettext_lazy("differs: lot %(lot)s has %(packs)s packs on record. Correct it on the page of the lot."),
    "no_packing_step": gettext_lazy("has no packing step, so no lot can be packed. Call the market."),
}
REFUSED: dict[str, Promise] = {
    "empty_file": gettext_lazy("The file is empty. Choose another one."),
    "too_large": gettext_lazy("The file is too large: at most %(megabytes)s MB. Split it."),
    "too_many": gettext_lazy("Three files are being worked on already. Wait until one is done, then bring this one."),
    "too_many_rows": gettext_lazy("The file has too many rows: at most %(rows)s. Split it."),
    "no_sheet": gettext_lazy("This is no Excel or csv file. Save it as .xlsx and bring it again."),
    "no_table": gettext_lazy("No row of headings was found. Use the template: a column for names, one for prices."),
    "empty": gettext_lazy("There is no row under the headings."),
    "lost": gettext_lazy("The file did not arrive. Bring it again."),
    "moved": gettext_lazy("%(name)s was faster, at %(time)s. It stands now: %(status)s."),
    "has_faults": gettext_lazy("Rows still to correct: %(count)s. Nothing was taken in."),
    "nothing_new": gettext_lazy("Everything in this file is so already. There is nothing to take in."),
    "too_late": gettext_lazy("24 hours are over. What was taken in stays; change it on its own pages."),
    "used": gettext_lazy("Cannot be undone: some of it was used since."),
    "clash": gettext_lazy(
        "Somebody saved something of the same name at the same moment. Nothing was taken in. "
        "Look at the rows and press again."
    ),
    "stopped": gettext_lazy("The work was interrupted. Nothing was changed. Please press again."),
    "not_allowed": gettext_lazy("Not done: who asked for it may not do so any more, or the booth is stopped."),
    "lot_taken": gettext_lazy("A lot with the same number was opened meanwhile. Look at the rows again."),
}
USED: dict[str, Promise] = {
    "order": gettext_lazy("was ordered: %(name)s"),
    "basket": gettext_lazy("lies in a buyer's basket: %(name)s"),
    "price": gettext_lazy("the price was changed again: %(name)s"),
    "words": gettext_lazy("the words were changed, or sent for review: %(name)s"),
    "pack": gettext_lazy("a pack or a barcode was added: %(name)s"),
    "paper": gettext_lazy("a certificate names it: %(name)s"),
    "lot": gettext_lazy("the lot was published, or more was recorded: %(name)s"),
    "labels": gettext_lazy("labels were printed: %(name)s"),
}
PILLS = {
    ImportStatus.CHECKED: "wait",
    ImportStatus.APPLIED: "good",
    ImportStatus.UNREADABLE: "bad",
}


def fault_words(row: ImportRow, fault: Sequence[Any], columns: Mapping[str, Any]) -> str:
    """ "Price (F14): is not a number …" with what was typed."""
    name, code, facts = fault
    where = cell_of(row, name, columns)
    known = FAULTS.get(code)
    words = str(known) % facts if known else _other(code, facts)
    typed = row.values.get(name, "")
    label = f"{COLUMNS[name]} ({where})" if where else str(COLUMNS[name])
    return f"{label}: “{typed[:40]}” {words}" if typed else f"{label} {words}"


def cell_of(row: ImportRow, name: str, columns: Mapping[str, Any]) -> str:
    """ "F14", or "" for a column that the sheet does not have."""
    letter = columns.get("sheets", {}).get(row.sheet, {}).get(name, "")
    return f"{letter}{row.number}" if letter else ""


def row_words(row: ImportRow) -> tuple[str, str]:
    """What the row is about, and what it says of it: ("Mật ong rừng", "chai 500 ml · 185.000")."""
    said = row.values
    pack = said.get("pack") or " ".join(filter(None, (said.get(name) for name in ("container", "amount", "unit"))))
    packs = _("%(count)s packs") % {"count": said["packs"]} if said.get("packs", "").isdecimal() else said.get("packs")
    details = filter(None, (pack, said.get("price"), said.get("lot"), said.get("packed_on"), packs))
    return said.get("product") or said.get("pack_code") or "—", " · ".join(details)


def effect_words(row: ImportRow) -> str:
    if row.is_bad:
        return _("To correct")
    told = {
        "goods": _("New goods"),
        "pack": _("New pack"),
        "price": _("New price"),
        "lot": _("New lot"),
        "waits": _("Waits for a row above"),
    }
    effects = [told[each] for each in row.effects if not (each == "pack" and "goods" in row.effects)]
    return ", ".join(effects) or _("Nothing changes")


def counts_words(seen: Mapping[str, int]) -> list[str]:
    """What taking it in will do (or did), one line for each kind of thing."""
    goods, pack, price, lot, same = (seen.get(name, 0) for name in ("goods", "pack", "price", "lot", "same"))
    said = [
        (goods, ngettext("%(count)s new kind of goods", "%(count)s new kinds of goods", goods)),
        (pack, ngettext("%(count)s new pack", "%(count)s new packs", pack)),
        (price, ngettext("%(count)s new price", "%(count)s new prices", price)),
        (lot, ngettext("%(count)s lot with its stock", "%(count)s lots with their stock", lot)),
        (same, ngettext("%(count)s row is so already", "%(count)s rows are so already", same)),
    ]
    return [words % {"count": count} for count, words in said if count]


def refused_words(code: str, facts: Mapping[str, Any]) -> str:
    status = facts.get("status")
    told = {
        "megabytes": MOST_BYTES // 1024 // 1024,
        "rows": f"{MOST_ROWS:,}".replace(",", "."),
        "count": facts.get("count", 0),
        "name": facts.get("by", ""),
        "time": time_of(facts.get("at")),
        "status": str(ImportStatus(status).label) if status in ImportStatus.values else "",
    }
    known = REFUSED.get(code)
    return str(known) % told if known else _other(code, facts)


def used_words(sheet: SheetImport) -> list[str]:
    used = sheet.refused.get("used", []) if sheet.refused.get("code") == "used" else []
    return [str(USED[what]) % {"name": name} for what, name in used if what in USED]


def _other(code: str, facts: Mapping[str, Any]) -> str:
    known = SENTENCES.get(code)
    try:
        return str(known) % facts if known else _("This could not be saved. Please try again.")
    except KeyError:
        return _("This could not be saved. Please try again.")
