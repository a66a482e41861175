"""Cases that end otherwise than by a reply of their own. All sentences are invented."""

from __future__ import annotations

from replies.demo.themes import Theme
from replies.demo.themes_early import JIUSAN, SHEFA

MERGED = Theme(
    "关于在公园和体育场馆配备急救设备的建议",
    "医疗卫生",
    "赵青禾",
    "wjw",
    "早晚在公园和体育馆锻炼的人多，其中不少是老年人。",
    "场馆没有急救设备，工作人员也没有受过急救培训。",
    ("在大型公园和体育馆配备自动除颤器。", "场馆工作人员持急救证上岗。"),
)
WITHDRAWN = Theme(
    "关于统一全市停车场收费公示牌的建议",
    "城市管理",
    SHEFA,
    "scj",
    "各停车场公示牌大小、位置不一。",
    "车主进场后才知道收费标准，容易起争执。",
    ("统一公示牌样式。", "入口处必须公示。"),
)
SUGGESTION = Theme(
    "关于在政务大厅设置饮水点的建议",
    "营商环境",
    JIUSAN,
    "ysj",
    "办事群众排队时间有时较长。",
    "大厅内没有饮水点，老年人不便。",
    ("在各楼层设置饮水点。",),
)
PUBLIC_OPINION = Theme(
    "关于雨天校门口积水问题的建议",
    "城市管理",
    "孙望潮",
    "jtj",
    "一所小学门前雨后积水，家长要绕行。",
    "排水口常被落叶堵住，清理不及时。",
    ("雨前清理排水口。",),
)
