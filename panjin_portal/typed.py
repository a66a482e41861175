"""The words a person sent with a request that was refused, for the page that says so: no text is lost."""

import re

from django.http import HttpRequest

_NOT_WORDS = re.compile(r"csrf|password|username|token|version|stamps|key$|next$|_FORMS$")


def typed_texts(request: HttpRequest) -> list[str]:
    """What was typed in the fields of a POST, longest first; numbers, choices and passwords are no words."""
    if request.method != "POST":
        return []
    try:
        fields = list(request.POST.lists())
    except Exception:  # the request could not be read, which may be the very fault that is being told
        return []
    texts = {text.strip() for name, values in fields if not _NOT_WORDS.search(name) for text in values}
    return sorted((text for text in texts if _are_words(text)), key=len, reverse=True)


def _are_words(text: str) -> bool:
    return any(char.isspace() or char > "\u2e7f" for char in text)
