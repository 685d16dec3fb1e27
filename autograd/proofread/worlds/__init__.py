"""The points at which a derivation is tried, and the truth there."""
