"""Stripe Checkout: cards from abroad, on Stripe's own page. Optional: absent unless key and secret are set.

The đồng is a zero-decimal currency for Stripe: 65 000 ₫ is ``unit_amount=65000``. Idempotency keys are our uuid and a
verb, never random, so that a retry after a lost answer finds the same thing. The return address proves nothing; only
a signed event or the API does.
"""
