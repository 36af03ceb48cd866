"""Bank transfer by VietQR: the buyer scans our code, the bank moves the money, a feed tells us later."""

from __future__ import annotations

from marketplace.payments.interface import CancelResult, CannotCancel, Started
from marketplace.payments.models import Payment
from marketplace.payments.states import ProviderCode
from marketplace.payments.vietqr import encode_vietqr


class VietQRProvider:
    """Nothing to call: the payment's own row is the request."""

    code: str = ProviderCode.VIETQR

    def start(self, payment: Payment) -> Started:
        """The code on the order page is the whole start."""
        return Started()

    def cancel(self, payment: Payment) -> CancelResult:
        """A code that was shown once can be paid for as long as the account exists."""
        return CannotCancel("a shown code cannot be called back")


def vietqr_payload(payment: Payment) -> str:
    """What the QR of this payment holds: the account, what is still to come, and the memo code.

    After a short transfer the same code asks for the difference. Raises BadVietQR for a broken account.
    """
    if payment.account is None or payment.memo_code is None:
        raise ValueError("not a bank transfer")
    return encode_vietqr(
        bank_bin=payment.account.bank_bin,
        account=payment.account.account_number,
        amount_dong=payment.remaining_dong or payment.amount_dong,
        purpose=payment.memo_code,
    )
