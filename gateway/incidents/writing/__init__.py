"""Making, changing and deleting incidents; each write with its history."""
