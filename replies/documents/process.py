"""Rendering with limits. A worker thread cannot be stopped, a child process can (TECH.md, decisions)."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

from replies.documents.engine import Pdf, TypesettingError, UnshowableText
from replies.documents.formats import Format
from replies.documents.pdf import Printable, render_with

logger = logging.getLogger(__name__)

_TOP = Path(__file__).resolve().parents[2]
_WORKER = "replies.documents.worker"


class RenderingFailed(Exception):
    """The letter could not be rendered within its limits; `message` says why in Chinese."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def render_in_process(
    source: Printable,
    *,
    kind: Format = Format.PDF,
    seconds: float = 30,
    megabytes: int = 1024,
    font_dirs: Sequence[Path] = (),
) -> Pdf:
    """Render in a child process that is killed after `seconds` and cannot take more than `megabytes`.

    Gives the same bytes as `pdf.render`. `megabytes` counts address space (fonts are mapped, threads have
    stacks): 512 is enough for a long letter. Raises MissingGlyph or RenderingFailed.
    """

    def typeset(data: Mapping[str, Any], folders: Sequence[Path]) -> Pdf:
        answer, content = ask_worker({"data": data, "kind": kind}, folders, seconds, megabytes)
        return Pdf(content=content, pages=answer["pages"], engine=answer["engine"])

    try:
        return render_with(typeset, source, font_dirs)
    except TypesettingError as error:
        logger.error("typst refused %s: %s", type(source).__name__, error)
        raise RenderingFailed("排版程序不接受这份公文的内容，请联系管理员查看日志。") from error


def ask_worker(
    work: Mapping[str, Any], folders: Sequence[Path], seconds: float, megabytes: int
) -> tuple[dict[str, Any], bytes]:
    """One piece of work for worker.py: the first line of its answer and the file's bytes. Raises UnshowableText,
    TypesettingError or RenderingFailed."""
    request = json.dumps({**work, "font_dirs": [str(Path(folder).resolve()) for folder in folders]})
    try:
        done = subprocess.run(
            [sys.executable, "-m", _WORKER, str(ceil(seconds)), str(megabytes)],
            input=request.encode("utf-8", "replace"),
            capture_output=True,
            timeout=seconds,
            cwd=_TOP,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingFailed(f"排版超过{seconds:g}秒，已停止。请重试；仍不成功时请缩短正文。") from error
    except OSError as error:
        raise RenderingFailed("排版程序没有启动，请稍后重试或联系管理员。") from error
    head, _, content = done.stdout.partition(b"\n")
    if done.returncode != 0 or not head:
        raise RenderingFailed(_reason(done.returncode, done.stderr, seconds, megabytes))
    answer: dict[str, Any] = json.loads(head)
    if "unshowable" in answer:
        raise UnshowableText(answer["unshowable"])
    if "refused" in answer:
        raise TypesettingError(answer["refused"])
    if "starved" in answer:
        logger.error("rendering found no room or no fonts: %s", answer["starved"])
        raise RenderingFailed(f"排版程序的内存（{megabytes}兆）不够装入字体，或字体文件损坏，请联系管理员。")
    return answer, content


def _environment() -> dict[str, str]:
    """What the child needs and no secret. Threads and their heaps eat address space: two threads, one heap."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "LC_ALL", "TMPDIR"}}
    return {**kept, "RAYON_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _reason(code: int, errors: bytes, seconds: float, megabytes: int) -> str:
    logger.error("rendering ended with code %s: %s", code, errors.decode(errors="replace")[-500:])
    if b"memory" in errors.lower() or b"thread pool" in errors:
        return f"排版用的内存超过{megabytes}兆，已停止。请缩短正文后重试。"
    if code in {-9, -24}:
        return f"排版超过{seconds:g}秒的处理时间，已停止。请重试；仍不成功时请缩短正文。"
    return f"排版程序意外结束（代码{code}），请重试或联系管理员。"
