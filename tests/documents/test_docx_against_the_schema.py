"""The DOCX against the schema and the rules of Word's own SDK, by an independent validator."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from replies.documents.letter import Letter
from tests.documents.docx_parts import docx_of
from tests.documents.forms import FORMS
from tests.documents.generated import generated
from tests.documents.samples import letter

# The validator wants a theme; the standard does not (ISO/IEC 29500-1, 11.3.10: at most one), and no style names one.
NOT_ASKED = "relationships/theme' is missing"


def complaints(content: bytes, folder: Path) -> list[str]:
    """What the validator says of a file, but for the theme."""
    path = folder / "one.docx"
    path.write_bytes(content)
    found = OpenXmlValidator(FileFormat.OFFICE_2010).validate(str(path)).errors
    return [str(one) for one in found if NOT_ASKED not in str(one)]


@pytest.mark.parametrize("name", sorted(name for name, form in FORMS.items() if isinstance(form, Letter)))
def test_every_form_is_valid(name: str, tmp_path: Path) -> None:
    form = FORMS[name]
    assert isinstance(form, Letter)
    assert complaints(docx_of(form).content, tmp_path) == []


@pytest.mark.parametrize("seed", range(20))
def test_letters_of_every_shape_are_valid(seed: int, tmp_path: Path) -> None:
    assert complaints(docx_of(generated(seed)).content, tmp_path) == []


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("styles", b'<w:jc w:val="both"/>', b'<w:jc w:val="middle"/>'),
        ("styles", b'w:firstLine="630"', b'w:firstLine="wide"'),
        ("styles", b'<w:kinsoku w:val="1"/><w:overflowPunct w:val="1"/>', b'<w:overflowPunct/><w:kinsoku/>'),
        ("document", b"<w:pgSz ", b'<w:pgSz w:depth="1" '),
        ("document", b'r:id="rId4"', b'r:id="rId44"'),
        ("document", b'w:val="Text"', b'w:val="Nowhere"'),
    ],
)  # fmt: skip
def test_the_validator_sees_what_is_wrong(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    good, bad = zipfile.ZipFile(io.BytesIO(docx_of(letter()).content)), io.BytesIO()
    with zipfile.ZipFile(bad, "w") as archive:
        for name in good.namelist():
            content = good.read(name)
            if name == f"word/{part}.xml":
                assert old in content
                content = content.replace(old, new, 1)
            archive.writestr(name, content)
    assert complaints(bad.getvalue(), tmp_path)
