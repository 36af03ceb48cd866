from tests.marketplace.payouts.conftest import _demo_bank, coop, neighbour

__all__ = ["_demo_bank", "coop", "neighbour"]
