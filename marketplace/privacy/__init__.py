"""What a buyer may ask about the data of an order: to see it, to take it along, to have it erased."""
