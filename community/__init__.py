"""Ground floor: who is here. People, cooperatives, places, photos, the audit log and the outbox. Imports no floor above."""
