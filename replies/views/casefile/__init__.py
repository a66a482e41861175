"""Everything the case page tells of one case, for one person."""
