"""Words that the layout and the writers of files share. Imports nothing, for the child process loads it (worker.py)."""

from typing import Final

# 信函格式 and 文件格式 (DOMAIN.md 2.3 and 2.2).
LETTER_FORM: Final = "letter"
DOCUMENT_FORM: Final = "document"
# A place where a line may break, without width and without a glyph.
BREAK: Final = "\u200b"
