"""Community digital teams by commune: who belongs to them, who leads, who only looks, who stands beside them."""
