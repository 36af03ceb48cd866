"""Everything a cooperative owns, as files to take away."""
