"""The first upload handler: a request that is too large as a whole is refused before anything of it is stored."""

from __future__ import annotations

from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 220 * 1024 * 1024  # ten files of 20 MB and their form


class TotalSizeHandler(FileUploadHandler):
    """Refuses by the announced length (a request without one carries no body here); leaves the files to the others."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  # Django passes it by this name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Raises RequestDataTooBig above the limit."""
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("files too large in all")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the chunk on."""
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        """The next handler has it."""
        return None
