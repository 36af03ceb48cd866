"""What people do with lots, papers and plots, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.audit.sentences import name_by, said
from traceability.passport.models import BatchReport

TOLD = {
    "capacity.set": said(_("changed the most that can be made in a day from %(before)s to %(kg_per_day)s kg")),
    "certificate.scope_set": said(_("set what a certificate covers")),
    "certificate.edited": said(_("put the words of a certificate right (%(what)s)")),
    "certificate.checked": said(_("checked a certificate and let it count")),
    "certificate.unchecked": said(_("took the check of a certificate back")),
    "certificate.revoked": said(_("revoked a certificate")),
    "certificate.restored": said(_("restored a certificate")),
    "batch.locked": said(_("locked the batch: its quantities do not add up")),
    "batch.unlocked": said(_("unlocked the batch")),
    "claim.made": said(_("counted the batch for certificate %(certificate)s")),
    "lot.counted": said(_("counted what is there of the batch")),
    "month.signed": said(_("signed the books of month %(month)s")),
    "times.asked": said(_("asked for other durations of a step")),
    "times.accepted": said(_("accepted other durations of a step")),
    "times.refused": said(_("refused other durations of a step")),
    "plot.added": said(_("added the plot “%(name)s”")),
    "plot.changed": said(_("changed the plot “%(name)s”")),
    "plot.outlined": said(_("drew the outline of a plot: from %(before_m2)s to %(measured_m2)s m²")),
    "plot.outline_removed": said(_("removed the outline of a plot")),
    "plot.closed": said(_("closed the plot “%(name)s”")),
    "plot.reopened": said(_("opened the plot “%(name)s” again")),
    "position.noted": said(_("noted the place of a step")),
    "position.forgotten": said(_("erased the place of a step")),
    "positions.purged": said(_("erased %(count)s places that were older than %(days)s days")),
    "plot.ground_same": said(_("ruled that two plots are the same ground")),
    "plot.ground_apart": said(_("ruled that two plots are different ground")),
    "check.explained": said(_("explained why quantities do not add up")),
    "check.dismissed": said(_("dismissed a notice about quantities")),
    "certificate.cover_asked": said(_("asked that a certificate counts for a product")),
    "certificate.cover_confirmed": said(_("confirmed that a certificate counts for a product")),
    "certificate.cover_refused": said(_("refused that a certificate counts for a product")),
    "certificate.cover_taken_back": said(_("took back that a certificate counts for a product")),
    "certificate.submitted": said(_("handed in a certificate")),
    "certificate.scan_added": said(_("added a photo of a certificate")),
    "plot.treated": said(_("wrote down a treatment with %(substance)s on %(treated_on)s")),
    "plot.treatment_withdrawn": said(_("took back the treatment with %(substance)s on %(treated_on)s")),
    "pack.gtin_assigned": said(
        _("changed a pack's barcode from %(before)s to %(gtin)s"), _("gave a pack the barcode %(gtin)s")
    ),
    "batch.opened": said(_("opened the batch %(lot)s")),
    "batch.published": said(_("published the batch for those who scan it")),
    "container.filled": said(_("packed batches into a box")),
    "container.emptied": said(_("took batches out of a box")),
    "step.declared_wrong": said(_("declared a recorded step wrong")),
    "events.captured": said(_("took in %(stored)s steps from another computer")),
    "lot.harvested": said(_("recorded a harvest as batch %(lot)s")),
    "lot.bought": said(_("recorded goods bought in as batch %(lot)s")),
    "step.recorded": said(_("recorded a step of the work")),
    "lots.transformed": said(_("made new batches out of others")),
    "batch.not_as_logged": said(_("found that the batch differs from the log")),
    "batch.closed": said(_("closed the batch: no more labels")),
    "batch.reopened": said(_("opened the batch for labels again")),
    "label.printed": said(_("printed %(count)s labels of batch %(lot)s")),
    "label.voided": said(_("declared %(count)s labels of batch %(lot)s void")),
    "label.void_cancelled": said(_("made %(count)s labels of batch %(lot)s valid again")),
    "batch.reported": said(_("told the market about a batch that was scanned")),
    "batch_report.status_changed": said(_("answered a report about a batch: “%(status)s”"), status=BatchReport.Status),
    "measure.said": said(_("said what one “%(word)s” holds")),
}

name_by("traceability.product", "name", kind=_("Product"))
name_by("traceability.pack", "product__name", "name", kind=_("Pack"))
name_by("traceability.batch", "product__name", "lot_code", kind=_("Batch"))
name_by("traceability.plot", "name", kind=_("Plot"))
name_by("traceability.certificate", "number")
