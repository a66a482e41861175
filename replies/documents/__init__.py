"""The official letter: one neutral structure and its renderers."""
