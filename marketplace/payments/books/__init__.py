"""What happens to money, written into the ledger in the transaction in which it happens."""
