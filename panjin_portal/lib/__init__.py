"""Leaf helpers: clock, calendar arithmetic, Chinese numbers, text, uploads. They know no models."""
