"""The one door of the desk's screens: members by their role, helpers by their mandate, staff."""
