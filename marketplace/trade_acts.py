"""What buyers, sellers and staff do with orders, parcels, claims and requests about data, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.audit.sentences import said

TOLD = {
    "order.placed": said(_("placed an order of %(total_dong)s")),
    "order.link_sent_again": said(_("asked for the link of the order again")),
    "order.data_exported": said(_("exported what is stored about the buyer")),
    "order.buyer_erased": said(_("erased the buyer's name, telephone and address")),
    "parcel.awaiting_payment": said(_("set the parcel to wait for payment")),
    "parcel.new": said(_("handed the parcel to the seller's turn")),
    "parcel.accepted": said(_("accepted the order")),
    "parcel.packed": said(_("packed the parcel")),
    "parcel.shipped": said(_("sent the parcel")),
    "parcel.delivered": said(_("noted that the parcel arrived")),
    "parcel.completed": said(_("closed the parcel as completed")),
    "parcel.rejected": said(_("refused the order")),
    "parcel.cancelled": said(_("cancelled the parcel")),
    "parcel.expired": said(_("ended the parcel: it was not paid in time")),
    "parcel.returned": said(_("noted that the parcel came back unpaid")),
    "parcel.paid": said(_("booked the parcel as paid")),
    "parcel.owes": said(_("changed what is owed for the parcel from %(before_dong)s to %(now_dong)s")),
    "parcel.carrier_changed": said(_("changed the carrier to %(to)s"), _("changed the carrier")),
    "parcel.scanned": said(_("scanned %(packs)s packs of batch %(lot)s into the parcel")),
    "parcel.scan_taken_back": said(_("took scanned packs out of the parcel again")),
    "parcel.photographed": said(_("photographed the parcel")),
    "parcel.photo_looked_at": said(_("looked at the photo of the parcel")),
    "line.weighed": said(_("weighed goods of the parcel")),
    "shortage.asked": said(_("asked the buyer: not all is there, %(back_dong)s would go back")),
    "shortage.taken": said(_("took what there is of the parcel")),
    "shortage.cancelled": said(_("cancelled because not all was there")),
    "shortage.lapsed": said(_("ended the question about missing goods: no answer in time")),
    "shortage.withdrawn": said(_("took the question about missing goods back")),
    "shortage.ended": said(_("ended the question about missing goods with the parcel")),
    "hand_sale.written": said(_("wrote down a sale outside the shop of %(total_dong)s")),
    "hand_sale.undone": said(_("undid a sale outside the shop")),
    "hand_sale.buyer_erased": said(_("erased the buyer of a sale outside the shop")),
    "invoice.asked": said(_("asked for an invoice")),
    "invoice.issued": said(_("noted that the invoice was issued")),
    "invoice.refused": said(_("refused the invoice")),
    "invoice.erased": said(_("erased what invoices said about the buyer")),
    "claim.opened": said(_("complained about the parcel")),
    "claim.answered": said(_("answered the complaint with an offer of %(dong)s"), _("answered the complaint")),
    "claim.platform": said(_("brought the complaint to the market's staff")),
    "claim.resending": said(_("agreed that goods are sent again")),
    "claim.settled": said(_("settled the complaint with %(dong)s"), _("settled the complaint")),
    "claim.withdrawn": said(
        _("took back that the batch counts for certificate %(certificate)s"), _("took the complaint back")
    ),
    "claim.erased": said(_("erased the words and photos of complaints")),
    "claim.photo_looked_at": said(_("looked at a photo of the complaint")),
    "data_request.asked": said(_("asked about the stored data")),
    "data_request.done": said(_("answered a request about data")),
    "data_request.refused": said(_("refused a request about data")),
    "data_request.withdrawn": said(_("took a request about data back")),
    "data_request.extended": said(_("took more time for a request about data")),
}
