"""Where people are: provinces, communes and the old names people still type."""
