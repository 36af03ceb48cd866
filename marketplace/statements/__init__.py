"""What the books say, for those it concerns: a cooperative's statement, and the month's tax sheet. Reads only."""
