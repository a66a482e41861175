"""Books of a session: what they hold as one structure, and the same structure as PDF and DOCX (pure)."""
