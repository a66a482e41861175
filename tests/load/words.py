"""Invented Chinese text of a wanted length, with common and rare words of two characters at known rates."""

from __future__ import annotations

from random import Random

# In about one text of five, as in PEERS 4.3; in a handful of texts of ten thousand; together in few texts.
COMMON, RARE, SECOND = "停车", "苇编", "夜市"
STOCK = 20_000
COMMON_RATE, RARE_RATE, SECOND_RATE = 0.19, 0.0006, 0.04

PLACES = (
    "老城区",
    "新城区",
    "沿河一带",
    "辽滨",
    "各镇",
    "园区",
    "集贸市场",
    "学校周边",
    "沿街商铺",
    "农村公路",
    "湿地边缘",
    "老旧小区",
)
THINGS = (
    *(
        "路灯",
        "垃圾分类",
        "养老服务",
        "公交线路",
        "河道保洁",
        "稻田退水",
        "执法检查",
        "技能培训",
        "医保结算",
        "幼儿托育",
    ),
    *(
        "招商项目",
        "石化园区",
        "旅游标识",
        "消防通道",
        "充电桩",
        "供热管网",
        "志愿服务",
        "图书室",
        "体育场地",
        "河蟹养殖",
    ),
    *(
        "营商环境",
        "政务窗口",
        "雨水管道",
        "校车",
        "食品抽检",
        "慢病随访",
        "家庭医生",
        "文物修缮",
        "非遗传习",
        "电子证照",
    ),
)
DOINGS = ("完善", "规范", "加快", "统筹", "优化", "改进", "加强", "推进", "公开", "细化", "合并", "延伸")
FAULTS = ("底数不清", "标准不一", "衔接不够", "人手不足", "更新不及时", "宣传不到位", "资金分散", "责任不明确")
GAINS = ("群众少跑一趟", "企业心里有底", "办理时间缩短一半", "投诉逐月下降", "覆盖面逐年扩大", "结果可以在网上查到")
TIMES = ("年内", "上半年", "汛期以前", "开学以前", "三个月内", "明年春季", "分两年", "本届任期内")
FRAMES = (
    "近年来，{place}的{thing}有了改善，但{fault}，与群众的期待还有距离。",
    "调研走访{count}个点位后发现，{place}{thing}存在{fault}的情况，{fault2}也比较普遍。",
    "据统计，{place}涉及{thing}的来件共{count}件，占全部来件的{share}。",
    "建议{time}{doing}{place}的{thing}，由一个部门牵头，其他部门配合，做到{gain}。",
    "{thing}这项工作{time}要有明确的时间表，{doing}的办法应当写进年度计划。",
    "{place}可以先行试点，{doing}{thing}，取得经验以后再推开，使{gain}。",
    "目前{thing}由几个部门分头管理，{fault}，{doing}的责任没有落到具体的岗位。",
    "对{place}已经建成的{thing}，要建立台账，{time}逐一核对，{doing}到位。",
)


class Writer:
    """Sentences out of one seeded source: the same seed gives the same texts."""

    def __init__(self, random: Random) -> None:
        """A stock of sentences first: making each anew would cost more than writing the rows."""
        self.random = random
        self.stock = [self.sentence() for _ in range(STOCK)]

    def sentence(self) -> str:
        """One sentence of 25 to 50 characters."""
        pick = self.random.choice
        return pick(FRAMES).format(
            place=pick(PLACES),
            thing=pick(THINGS),
            doing=pick(DOINGS),
            fault=pick(FAULTS),
            fault2=pick(FAULTS),
            gain=pick(GAINS),
            time=pick(TIMES),
            count=self.random.randrange(12, 900),
            share=f"{self.random.randrange(3, 60)}%",
        )

    def text(self, least: int, most: int) -> str:
        """A paragraph of ``least`` to about ``most`` characters."""
        wanted = self.random.randrange(least, most)
        parts: list[str] = []
        length = 0
        while length < wanted:
            parts.append(self.stock[int(self.random.random() * STOCK)])
            length += len(parts[-1])
        return "".join(parts)

    def background(self, least: int, most: int) -> str:
        """A paragraph that now and then holds the words people search for."""
        chance = self.random.random
        words = [(COMMON, COMMON_RATE), (RARE, RARE_RATE), (SECOND, SECOND_RATE)]
        told = [f"其中{word}的问题反映较多。" for word, rate in words if chance() < rate]
        return self.text(least, most) + "".join(told)

    def subject(self) -> str:
        """What a title is about: ``完善老城区路灯管理``."""
        pick = self.random.choice
        return f"{pick(DOINGS)}{pick(PLACES)}{pick(THINGS)}{pick(('管理', '工作', '建设', '服务', '机制', ''))}"
