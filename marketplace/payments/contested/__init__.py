"""Card payments that a buyer's bank takes back, and the proof that is sent to it."""
