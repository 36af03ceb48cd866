"""Ground floor: who is here. People, cooperatives, places, photos, audit and outbox. Imports no floor above."""
