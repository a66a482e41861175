"""The upper floor: drafting, clearance, letters, feedback, publication."""
