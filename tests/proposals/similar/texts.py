"""Proposals made of invented sentences, copies with a share of their sentences replaced, and texts about the same
subject in other words."""

from __future__ import annotations

import random

from proposals.models import Proposal, User
from proposals.services.filing import create_draft
from proposals.similar import Said
from tests.proposals.stages import content_for
from tests.world import World

SUBJECTS = ("湿地", "稻田", "学校", "医院", "公交", "老旧小区", "夜市", "图书馆", "河道", "园区", "菜市场", "养老院")
ASPECTS = ("日常维护", "收费标准", "志愿服务", "安全检查", "信息公开", "人员培训", "设备更新", "开放时间", "停车秩序")
FACTS = (
    "{s}的{a}多年没有统一的章程，{n}个街道各做各的",
    "走访{n}处{s}，群众反映{a}不便的占了大半",
    "去年用于{s}{a}的资金比上年少了{n}个百分点",
    "管{s}的部门有{n}家，{a}由谁牵头并不清楚",
    "外地{n}个城市已把{s}的{a}写进年度计划",
    "{s}周边{n}个村的居民希望{a}早日见到成效",
    "由于缺少{n}项配套办法，{s}的{a}只能临时安排",
    "可在{s}先行试点{n}个月，再把{a}的做法推开",
    "建议由城管部门会同社区，每{n}天检查一次{s}{a}",
    "{a}好不好，{s}的常客最有发言权，抽查{n}人可见一斑",
    "财政宜为{s}单列{n}万元，专款用于{a}",
    "不妨请{n}位退休技师到{s}传授{a}的经验",
    "{s}里张贴的{a}告示，{n}张中有一半已经看不清",
    "夏秋两季{s}最忙，{a}缺口约有{n}人",
    "老人和孩子占{s}来客的{n}成，{a}更应细致",
    "把{a}纳入{s}年终考核，权重不低于{n}分",
)


def sentences(seed: int, many: int) -> list[str]:
    """``many`` sentences about a few subjects of the ``seed``."""
    dice = random.Random(seed)
    subjects, aspects = dice.sample(SUBJECTS, 3), dice.sample(ASPECTS, 3)
    return [
        dice.choice(FACTS).format(s=dice.choice(subjects), a=dice.choice(aspects), n=dice.randint(2, 99)) + "。"
        for _ in range(many)
    ]


def said(seed: int, *, edited: float = 0.0, many: int = 40) -> Said:
    """The proposal of ``seed``, or a copy of it with this share of its sentences replaced."""
    lines, others, dice = sentences(seed, many), sentences(seed + 10_000, many), random.Random(seed)
    for place in dice.sample(range(many), int(many * edited)):
        lines[place] = others[place]
    name = "".join(dice.sample("云溪柳塘梧桐雁鸣石桥杏林松涛鹤乡苇海", 5)) + str(edited)[2:]  # of an invented place
    title = f"关于{name}{dice.choice(ASPECTS)}的建议"
    return Said(title, "".join(lines[:30]), tuple(lines[30:]))


def filed(world: World, one: Said, *, by: User | None = None) -> Proposal:
    """``one`` as a draft of its writer."""
    third = len(one.parts) // 3
    content = content_for(
        world,
        title=one.title,
        background=one.parts[:third],
        analysis=one.parts[third : 2 * third],
        suggestions=one.parts[2 * third :],
        asks=one.asks,
    )
    return create_draft(by or world.minjian_contact, content=content)
