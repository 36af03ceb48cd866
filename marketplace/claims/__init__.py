"""What was wrong with a parcel: told by its buyer, answered by its seller, decided by the market when they differ."""
