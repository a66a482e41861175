"""The furniture of a published page: column path, the eight metadata fields, where the footer starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from replies.structure.dates import find_date
from replies.structure.imported import Metadata, ReadingWarning
from replies.structure.lines import Line, key_of, make_line, no_blanks, one_blank

# Printed label -> field. The eight labels of DOMAIN.md 4.1 and the names other sites print for them.
_LABELS: dict[str, str] = {
    "索引号": "index_number",
    "信息索引号": "index_number",
    "索取号": "index_number",
    "信息索取号": "index_number",
    "主题分类": "subject_class",
    "主题类别": "subject_class",
    "发文机关": "issuing_body",
    "发文机构": "issuing_body",
    "发文单位": "issuing_body",
    "发布机构": "issuing_body",
    "发布机关": "issuing_body",
    "发布单位": "issuing_body",
    "成文日期": "created_on",
    "成文时间": "created_on",
    "生成日期": "created_on",
    "产生日期": "created_on",
    "标题": "title",
    "信息名称": "title",
    "名称": "title",
    "发文字号": "document_number",
    "文件编号": "document_number",
    "文号": "document_number",
    "发布日期": "published_on",
    "发布时间": "published_at",
    "公开日期": "published_on",
    "发表时间": "published_at",
    "主题词": "keywords",
    "关键词": "keywords",
}
# What some sites print instead of 发布日期. It counts only with a date behind it, and where nothing says 发布.
_LOOSE_DATES = (
    "日期",
    "时间",
    "信息时间",
    "发稿时间",
    "发稿日期",
    "公布时间",
    "公布日期",
    "录入时间",
    "上传时间",
    "添加时间",
)
# Labels of no use here; they end the value before them.
_OTHER_LABELS = (
    *(
        "有效日期",
        "有效性",
        "是否有效",
        "时效性",
        "时效",
        "发文时间",
        "生效日期",
        "生效时间",
        "终止时间",
        "实施日期",
        "废止日期",
        "失效日期",
        "发文日期",
    ),
    *(
        "公开方式",
        "公开形式",
        "公开类型",
        "公开范围",
        "公开属性",
        "公开责任部门",
        "公开目录",
        "责任部门",
        "所属机构",
        "信息所属单位",
    ),
    *("分类", "组配分类", "体裁分类", "信息分类", "信息类别", "服务对象", "内容概述", "内容概览", "内容分类"),
    *("在线链接地址", "文件下载", "信息来源", "文章来源", "来源", "作者", "责任编辑", "更新时间", "更新日期"),
    *("浏览次数", "浏览量", "阅读次数", "点击次数", "点击数", "点击量", "点击", "访问量", "访问次数", "阅读"),
    *("字体大小", "字体", "字号", "文字大小", "文章字号", "背景色", "分享到"),
)
_BLANK = r"[ \t\u3000\xa0]*"


def _spaced(labels: Sequence[str]) -> str:
    return "|".join(_BLANK.join(label) for label in sorted(labels, key=len, reverse=True))


_ALL = (*_LABELS, *_LOOSE_DATES, *_OTHER_LABELS)
_LABEL = re.compile(
    rf"(?<![\u4e00-\u9fff])({_spaced(_ALL)}){_BLANK}(?:[:：]|$)|"
    rf"({_spaced([label for label in _ALL if len(label) >= 4])}){_BLANK}[:：]"
)
# A row without colons starts with a label of three signs or more; blanks keep its cells apart.
_BARE_LABEL = re.compile(rf"(?:^|(?<=[ \t\u3000\xa0]))({_spaced(_ALL)})(?=[ \t\u3000\xa0]|$)(?:{_BLANK}[:：])?")
_BARE_ROW = re.compile(
    rf"(?:{_spaced([label for label in _LABELS if len(label) >= 3])})[ \t\u3000\xa0]+(?![:：])(?=\S)"
)
# A list of metadata, one item a line, label and value glued: - 索引号000014348/2020-02432
_ITEM = re.compile(rf"[-•·▪]\s*({_spaced(_ALL)})\s*[:：]?\s*(?=\S)(?!\S*[,，。])")
_BULLET = re.compile(r"[-•·▪]")
_CELL = re.compile(r"[|｜\t]")
# A label nobody knows ends the value before it: 07B000-2024-41 信息所属司局:…
_UNKNOWN_LABEL = re.compile(rf"{_BLANK}(?:(?<=[ \t\u3000\xa0])|(?<=[\x21-\x7e])|^)[\u4e00-\u9fff]{{2,8}}{_BLANK}[:：]")
_FREE_TEXT = {"title", "keywords"}  # may hold a colon
_BREADCRUMB = re.compile(r"(?:您|你)?(?:现在|当前|目前)?(?:所在)?(?:的)?(?:位置|当前页面)(?:是)?\s*[:：]?")
_STEP = re.compile(r"(?:>|＞|»|›|→|&gt;)+")
_PLAIN_STEP = re.compile(r"\s[-–—/]+\s|(?<=首页)[-–—/]+|(?<!\d)/")
_CLOCK_BEHIND = re.compile(r"\s*(?:今天是|现在是|欢迎您?|(?:19|20)\d{2}年\d{1,2}月\d{1,2}日)")
_PLAIN_PATH = re.compile(r"(?:网站)?首页\s*/\s*[^/\d。]{2,20}/")  # 首页/ 专题专栏/ 聚焦两会/ 正文
_LONGEST_PATH = 120
_CONTINUED = re.compile(r"[>＞»›→]|&gt;")
_HOME = {"首页", "网站首页", "返回首页"}
_FOOTER = re.compile(
    r"(上一篇|下一篇|上一条|下一条|上一页|下一页|扫一扫|扫码|扫描二维码|分享到|分享:|打印本页|打印:|【打印|\[打印|打印关闭|【关闭|关闭窗口|"
    r"关闭本页|关闭$|打印$|下载Word|用户登录|版权所有|网站标识码|政府网站标识码|辽ICP|ICP备|ICP备案|.{0,12}公网安备|"
    r"主办单位:.{2,30}(?:政府|办公室)|主办:|承办:.{2,30}(?:中心|办公室)|责任编辑|文章录入|编辑:|信息来源:|来源:|附件下载|相关链接|"
    r"相关信息|相关文章|相关新闻|网站地图|联系我们|[\w\-]{1,40}\.(?:png|jpg|gif)$)",
    re.IGNORECASE,
)
_LOOSE_LABEL = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:{_spaced(_LOOSE_DATES)}){_BLANK}(?:[:：]{_BLANK}(?=((?:19|20)\d{{2}}.{{0,30}}|))|$)"
)
_DAY_FIRST = re.compile(
    r"(?:[•·▪\-]\s*|来源[:：]\s*[^\s:：]{2,20}\s+|[\[【(])?((?:19|20)\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
)
_BUTTONS = re.compile(r"字体|字号|打印|分享|浏览|收藏|关闭|来源|视力|【|朗读")
_INDEX_NUMBER = re.compile(r"[A-Za-z0-9][\w\-/.]{3,60}")
_REPLY_WORD = re.compile(r"答复|复函|回复|意见")

_FITS_ON_NEXT_LINE: dict[str, Callable[[str], bool]] = {
    "index_number": lambda key: _INDEX_NUMBER.fullmatch(key) is not None,
    "subject_class": lambda key: len(key) <= 20 and not _REPLY_WORD.search(key),
    "issuing_body": lambda key: len(key) <= 30 and not _REPLY_WORD.search(key),
    "created_on": lambda key: len(key) <= 20 and find_date(key) is not None,
    "title": lambda key: True,
    "document_number": lambda key: len(key) <= 40 and re.search(r"\d+号", key) is not None,
    "published_on": lambda key: len(key) <= 20 and find_date(key) is not None,
    "published_at": lambda key: len(key) <= 20 and find_date(key) is not None,
    "keywords": lambda key: len(key) <= 60 and not _REPLY_WORD.search(key),
}
_LONGEST_ROW = 400  # characters; a longer line is text, whatever words stand in it


def is_metadata_line(line: Line) -> bool:
    """Whether the line carries one of the metadata labels or shows the column path."""
    if len(line.text) > _LONGEST_ROW:
        return False
    return any(field is not None for _, _, field in _labels_in(line.text)) or _is_breadcrumb(line)


def is_furniture(line: Line) -> bool:
    """Whether the line is metadata, a byline (来源, 浏览次数, 字体 …) or the column path."""
    if is_metadata_line(line):
        return True
    labels = _labels_in(line.text) if len(line.text) <= _LONGEST_ROW else []
    return bool(labels) and labels[0][0] == 0


def is_footer_line(line: Line) -> bool:
    """Whether the line belongs to what stands below the letter on a government page."""
    return _FOOTER.match(line.key) is not None


def join_bullets(lines: Sequence[Line]) -> list[Line]:
    """The lines with a bullet that stands alone above a glued label (- / 索引号2024…) put before it."""
    joined: list[Line] = []
    for line in lines:
        if joined and _BULLET.fullmatch(joined[-1].key) and _ITEM.match(f"- {line.text}"):
            joined[-1] = make_line(f"{joined[-1].text} {line.text}")
        else:
            joined.append(line)
    return joined


def join_column_path(lines: Sequence[Line]) -> list[Line]:
    """The lines with a column path that was printed one step a line put together again."""
    joined: list[Line] = []
    for line in lines:
        above = joined[-1] if joined else None
        if above is not None and _is_breadcrumb(above) and len(line.key) <= 40:
            bare = _BREADCRUMB.fullmatch(above.key) is not None
            if len(above.text) < _LONGEST_ROW and (_CONTINUED.match(line.text) or (bare and line.key in _HOME)):
                joined[-1] = Line(f"{above.text} {line.text}", above.key + line.key)
                continue
        joined.append(line)
    return joined


def read_metadata(lines: Sequence[Line], byline: Sequence[Line] = ()) -> tuple[Metadata, list[ReadingWarning]]:
    """The metadata printed in these lines; a blank field is None and is named in a warning.

    `byline` are those of the lines that stand between title and letter, where a day without a label is the
    day of publication (2021-08-17 来源:…).
    """
    values: dict[str, str] = {}
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        for field, value in _read_row(line, following):
            if value and field not in values:
                values[field] = value
    # A page that was taken over has the other site's 发布时间 above the 发布日期 of the first.
    if day := values.pop("published_at", None) or _loose_day(lines, byline):
        values.setdefault("published_on", day)
    warnings: list[ReadingWarning] = []
    metadata = Metadata(
        index_number=_squeezed(values.get("index_number")),
        subject_class=values.get("subject_class"),
        issuing_body=values.get("issuing_body"),
        title=values.get("title"),
        document_number=_squeezed(values.get("document_number")),
        keywords=values.get("keywords"),
        breadcrumb=_read_breadcrumb(lines),
    )
    for field, label in (("created_on", "成文日期"), ("published_on", "发布日期")):
        printed = values.get(field)
        if printed is None:
            continue
        found = find_date(printed)
        if found is None or found.value is None:
            warnings.append(ReadingWarning(f"unclear_{field}", f"{label}“{printed}”无法确定是哪一天，请人工填写。"))
        elif field == "created_on":
            metadata = replace(metadata, created_on=found.value)
        else:
            metadata = replace(metadata, published_on=found.value)
    blank = [label for field, label in _BLANK_NAMES.items() if field not in values]
    if blank:
        warnings.append(ReadingWarning("blank_metadata", f"网页元数据为空：{'、'.join(blank)}。"))
    return metadata, warnings


def _loose_day(lines: Sequence[Line], byline: Sequence[Line]) -> str | None:
    """The day behind 日期, 时间 …, else one that opens a line of the byline; None where no line says a real day."""
    for line, following in pairwise((*lines, None)):
        if line is None or len(line.text) > _LONGEST_ROW:
            continue
        if match := _LOOSE_LABEL.search(line.text):
            printed = match.group(1) or (following.text if following is not None and len(following.key) <= 20 else "")
            if _says_day(printed):
                return printed
    for line, following in pairwise((*lines, None)):
        if line is not None and (match := _DAY_FIRST.match(line.text)) and _says_day(match.group(1)):
            behind = line.text[match.end() :].strip()
            alone = not behind and following is not None and _BUTTONS.search(following.key)
            bare = line in byline and (match.group(2) or alone)  # above the title it could be the page's clock
            if bare or _BUTTONS.match(behind) or line.key.startswith("来源"):
                return match.group(1)
    return None


def _says_day(printed: str) -> bool:
    found = find_date(printed)
    return found is not None and found.value is not None


_BLANK_NAMES = {
    "index_number": "索引号",
    "subject_class": "主题分类",
    "issuing_body": "发文机关",
    "created_on": "成文日期",
    "title": "标题",
    "document_number": "发文字号",
    "published_on": "发布日期",
    "keywords": "主题词",
}


def _labels_in(text: str) -> list[tuple[int, int, str | None]]:
    """(start, end, field) of the labels in a row; the field is None for a label of no use here."""
    if item := _ITEM.match(text):
        return [(0, item.end(), _LABELS.get(no_blanks(item.group(1))))]
    pattern = _BARE_LABEL if _BARE_ROW.match(text) else _LABEL
    found = []
    for match in pattern.finditer(text):
        label = no_blanks(next(group for group in match.groups() if group))
        found.append((match.start(), match.end(), _LABELS.get(label)))
    return found


def _read_row(line: Line, following: Line | None) -> list[tuple[str, str]]:
    if len(line.text) > _LONGEST_ROW:
        return []
    cells = _CELL.split(line.text)
    found: list[tuple[str, str]] = []
    waiting: str | None = None
    for cell in (raw.strip() for raw in cells):
        labels = _labels_in(cell)
        if waiting is not None and not labels:
            found.append((waiting, _value(waiting, cell)))
            waiting = None
            continue
        waiting = None
        for (_, end, field), after in zip(labels, [*labels[1:], None], strict=False):
            if field is None:
                continue
            value = _value(field, cell[end : after[0] if after else len(cell)])
            if value:
                found.append((field, value))
            elif after is None:
                waiting = field
    # A label alone on its line: the next line is its value, if it can be. In a table a blank cell is blank.
    if waiting is None or following is None or len(cells) > 1 or is_furniture(following):
        return found
    if _FITS_ON_NEXT_LINE[waiting](following.key) and not _BUTTONS.search(following.key):
        found.append((waiting, one_blank(following.text)))
    return found


def _value(field: str, text: str) -> str:
    """A printed value without the label of no known field that may follow it."""
    end = None if field in _FREE_TEXT else _UNKNOWN_LABEL.search(text)
    return one_blank(text[: end.start()] if end else text)


def _is_breadcrumb(line: Line) -> bool:
    if _BREADCRUMB.match(line.key) is not None:
        return True
    if _PLAIN_PATH.match(line.text) is not None and len(line.key) <= _LONGEST_PATH:
        return True
    if not _STEP.search(line.text):
        return False
    steps = _STEP.split(line.text)
    return len(steps) >= 2 and key_of(steps[0]) in _HOME and len(line.key) <= _LONGEST_PATH


def _read_breadcrumb(lines: Sequence[Line]) -> tuple[str, ...]:
    for line in lines:
        if _is_breadcrumb(line):
            path = _CLOCK_BEHIND.split(_BREADCRUMB.sub("", line.text, count=1))[0]
            signs = _STEP if _STEP.search(path) else _PLAIN_STEP
            return tuple(filter(None, (no_blanks(step).strip("|｜") for step in signs.split(path))))
    return ()


def _squeezed(value: str | None) -> str | None:
    return no_blanks(value) if value else None
