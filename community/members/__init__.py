"""The people of a cooperative: who is invited, whose card opens the sign-in page."""
