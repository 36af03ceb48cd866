"""What becomes smaller of a parcel after it was paid: fewer packs, or less weight. The sale itself stays as it was."""
