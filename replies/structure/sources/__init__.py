"""Files of published pages as text: plain text, saved pages, Word and text PDF."""
