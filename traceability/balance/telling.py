"""What the cooperative is told when a lot is locked: one message for a batch and rule, ever."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, override

from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.outbox.queueing import queue_message
from traceability.balance.models import Check
from traceability.batches.models import Batch


def tell_of_blocks(blocks: Iterable[Check]) -> None:
    """To the owner's phone, else the cooperative's. What a lot has from another was told with that one."""
    places = sorted({(block.batch_id, block.rule) for block in blocks})
    if not places:
        return
    rows = Batch.objects.filter(pk__in={batch_id for batch_id, _rule in places}).select_related("cooperative")
    batches = {batch.pk: batch for batch in rows}
    for batch_id, rule in places:
        batch = batches[batch_id]
        with override("vi"):
            text = gettext(
                "Batch %(lot)s: the records do not add up, so it is not sold for now. Open the field diary, "
                "“Balance”, to see why and what to do."
            ) % {"lot": batch.lot_code}
        to = _phone(batch.cooperative)
        queue_message(kind="balance_block", key=f"{batch_id}:{rule}", to=to, text=text, about=batch)


def _phone(cooperative: Cooperative) -> str:
    owners = Membership.objects.active().filter(cooperative=cooperative, role=Role.OWNER).select_related("user")
    owner = owners.order_by("started_at", "pk").first()
    return (owner.user.phone if owner else "") or cooperative.phone
