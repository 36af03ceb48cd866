"""What people do with goods, sheets, shipping and reviews, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.audit.sentences import said

YES_NO = {"True": _("it does"), "False": _("it does not")}
VERDICTS = {
    "approved": _("it goes on sale"),
    "refused": _("it is not sold here"),
    "changes": _("something has to be changed"),
    "withdrawn": _("it was called back"),
}

TOLD = {
    "product.created": said(_("entered a product")),
    "product.archived": said(_("put a product away")),
    "product.restored": said(_("brought a product back")),
    "product.label_told": said(_("changed what the label of a product says")),
    "product.import_undone": said(_("undid a product that came from a sheet")),
    "product.cold_set": said(
        _("changed whether a product travels cold: %(needs_cold)s"),
        _("changed which products travel cold"),
        needs_cold=YES_NO,
    ),
    "pack.created": said(_("made a pack at %(price_dong)s"), _("made a pack")),
    "pack.replaced": said(_("replaced the pack “%(before)s” by “%(now)s”")),
    "pack.resized": said(_("changed a pack from “%(before)s” to “%(now)s”")),
    "pack.weighed": said(_("changed a pack's shipping weight from %(before)s g to %(now)s g")),
    "offer.price_changed": said(_("changed the price from %(old_dong)s to %(new_dong)s")),
    "offer.stopped": said(_("stopped selling a pack")),
    "offer.resumed": said(_("put a pack on sale again")),
    "listing.started": said(_("began a listing")),
    "listing.changed": said(_("changed the words of a listing")),
    "listing.photos_changed": said(_("changed the photos of a listing")),
    "listing.photos_moved": said(_("put the photos of a listing in another order")),
    "listing.sent_for_review": said(_("sent a listing to be looked at")),
    "listing.called_back": said(_("called a listing back from review")),
    "listing.draft_dropped": said(_("dropped the changes of a listing")),
    "listing.decided": said(_("decided a listing: “%(verdict)s”"), verdict=VERDICTS),
    "listing_draft.started": said(_("began to put goods on sale")),
    "listing_draft.changed": said(_("went on putting goods on sale")),
    "listing_draft.dropped": said(_("dropped goods that were being put on sale")),
    "sheet_import.uploaded": said(_("brought a sheet")),
    "sheet_import.row_mended": said(_("mended row %(row)s of a sheet")),
    "sheet_import.row_left_out": said(_("left out row %(row)s of a sheet")),
    "sheet_import.dropped": said(_("dropped a sheet")),
    "sheet_import.applied": said(_("took in a sheet of %(rows)s rows")),
    "sheet_import.undone": said(_("undid a sheet that was taken in")),
    "sheet_export.asked": said(_("asked for a copy of the cooperative's data")),
    "sheet_export.taken": said(_("took the copy of the cooperative's data")),
    "pick_up_point.saved": said(_("saved a place to collect at")),
    "pick_up_point.closed": said(_("closed a place to collect at")),
    "dispatch_days.set": said(_("changed the days of dispatch")),
    "shipping_zone.saved": said(
        _("saved a shipping zone: %(first_dong)s for the first weight"), _("saved a shipping zone")
    ),
    "shipping.begun": said(_("set up delivery with the usual fees")),
    "shipping_zone.removed": said(_("removed a shipping zone")),
    "slips.asked": said(_("printed %(count)s packing slips")),
    "voucher.written": said(_("wrote a discount code for %(uses)s uses")),
    "voucher.stopped": said(_("stopped a discount code")),
    "stock_wish.made": said(_("asked to hear when goods are there again")),
    "stock_wish.taken_back": said(_("took back the wish to hear about goods")),
    "review.written": said(_("wrote a review of %(stars)s stars")),
    "review.changed": said(_("changed the review to %(stars)s stars")),
    "review.answered": said(_("answered a review")),
    "review.reported": said(_("told the market about a review")),
    "review.hidden": said(_("hid a review")),
    "review.shown": said(_("showed a review again")),
    "review.let_stand": said(_("let a reported review stand")),
    "review.erased": said(_("erased the words of a review")),
    "market_report.made": said(_("told the market about goods or a seller")),
    "market_report.answered": said(_("answered a report to the market")),
    "certificate.scan_looked_at": said(_("looked at the photo of a certificate")),
    "batch.claimed_often": said(_("noticed that %(orders)s orders complain of batch %(lot)s")),
    "demo.loaded": said(_("loaded the demonstration")),
    "simulation.time_ran_out": said(_("let the time to pay run out, in the demonstration")),
}
