"""Who did what, when and for whom. Only ever added to."""
