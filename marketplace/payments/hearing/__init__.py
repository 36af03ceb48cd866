"""What banks and card providers say: kept first, understood later; and asking them when they say nothing."""
