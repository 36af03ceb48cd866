"""What the rules about members refused, in words; and what each role does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from community.cooperatives.roles import Role
from community.errors import DomainError

ROLE_TASKS: dict[str, Any] = {
    Role.OWNER: gettext_lazy("everything, also the account for money and other owners"),
    Role.MANAGER: gettext_lazy("goods, batches, orders, money and members"),
    Role.RECORDER: gettext_lazy("batches, steps and labels"),
    Role.PACKER: gettext_lazy("orders and packing"),
    Role.VIEWER: gettext_lazy("only looks"),
}

SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("Only an owner decides about owners."),
    "not_your_member": gettext_lazy("Only who runs all this person works for can do this. Call the support person."),
    "name_missing": gettext_lazy("Write the name."),
    "not_a_phone": gettext_lazy("This is not a Vietnamese phone number. Example: 0912 345 678."),
    "already_member": gettext_lazy("This telephone number already belongs to a member."),
    "already_invited": gettext_lazy("This telephone number is invited already. Send that invitation again."),
    "too_many": gettext_lazy("%(most)s invitations are waiting. Call off those that nobody needs."),
    "too_soon": gettext_lazy("The message left a moment ago. Wait two minutes."),
    "too_often": gettext_lazy("This number had %(most)s messages already. Check it, or try again tomorrow."),
    "too_many_today": gettext_lazy("%(most)s invitations left within a day. Go on tomorrow, or call us."),
    "closed": gettext_lazy("This invitation was accepted or called off meanwhile."),
    "already_ended": gettext_lazy("This membership has ended already."),
    "last_owner": gettext_lazy("The last owner stays: somebody must answer for it. Make another owner first."),
    "ended": gettext_lazy("This membership has ended already."),
    "none": gettext_lazy("There is no card that could be called off."),
    "too_easy": gettext_lazy("This PIN is too easy to guess. Choose six digits that are neither a row nor the same."),
    "not_six_digits": gettext_lazy("The PIN has 6 digits."),
    "staff_use_a_password": gettext_lazy("Staff sign in with a password, not with a PIN."),
}


def member_sentence(fault: DomainError) -> str:
    return str(SENTENCES[fault.code] % fault.facts)
