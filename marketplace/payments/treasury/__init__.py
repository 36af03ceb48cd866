"""The operator's own money: what providers keep and send to the bank, and what moves between its own accounts."""
