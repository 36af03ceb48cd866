"""Money that nobody asked for, and what else a person has to decide."""
