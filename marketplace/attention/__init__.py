"""What a cooperative needs a hand with, computed from facts whenever somebody looks; nothing of it is stored."""
