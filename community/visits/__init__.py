"""Helpers on the road: whom they visited and what came of it, what households lack, who takes over from whom."""
