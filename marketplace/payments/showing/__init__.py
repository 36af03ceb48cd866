"""What a buyer's page shows about money. Reads only."""
