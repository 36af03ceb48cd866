"""People who sign in: members by phone + PIN, staff by e-mail + password and a second factor."""
