"""Messages to people: written in the transaction of the act, sent later by a worker, once."""
