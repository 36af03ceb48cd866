"""Money between the operator and a cooperative: what is paid out to it, and what it pays of its dues."""
