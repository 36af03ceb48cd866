"""Money to give back: asked for, approved, named, sent."""
