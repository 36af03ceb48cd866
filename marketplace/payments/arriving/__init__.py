"""Money that came: whose it is, what it is counted for, what it buys."""
