"""The structure of a reply as pure data: outline, reading of published pages, proof-reading, keywords."""
