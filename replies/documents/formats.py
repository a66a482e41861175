"""The kinds of file a letter is made into (pure)."""

from enum import StrEnum


class Format(StrEnum):
    """A kind of file by its suffix."""

    PDF = "pdf"
    DOCX = "docx"
    OFD = "ofd"

    @property
    def label(self) -> str:
        """Its name on buttons."""
        return self.value.upper()


MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.OFD: "application/ofd",
}
