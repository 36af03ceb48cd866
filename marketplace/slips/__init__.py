"""The paper that goes with a parcel: who gets it, what is in it, and (unpaid) the exact code to pay it with."""
