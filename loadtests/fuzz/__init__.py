"""Fuzzing of the way in: what arrives as bytes is read as a channel reads it, spoiled in every way a table names."""
