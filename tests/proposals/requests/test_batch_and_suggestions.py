"""批量交办, and the suggestion of bureaus with its reason."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from proposals.models import Assignment, Bureau
from proposals.suggestions import suggest_bureaus
from tests.proposals.stages import assigned, registered
from tests.world import World


def test_each_row_is_assigned_on_its_own_and_a_refused_one_stays(client: Client, world: World) -> None:
    first, second, third = (registered(world, title=f"关于湿地保护第{n}条的建议") for n in "一二三")
    client.force_login(world.office_staff)
    url = reverse("assign-batch")
    assert client.post(url, {}).status_code == 400
    sent = {
        f"p{first.pk}-chosen": "on",
        f"p{first.pk}-lead": world.sfj.pk,
        f"p{first.pk}-co_handlers": [world.gaj.pk],
        f"p{second.pk}-chosen": "on",
        f"p{third.pk}-chosen": "on",
        f"p{third.pk}-separate": [world.scj.pk, world.ysj.pk],
    }
    page = client.post(url, sent).content.decode()
    assert "请选择主办单位" in page
    shares = {(row.proposal_id, row.bureau.code, row.role) for row in Assignment.objects.select_related("bureau")}
    assert shares == {
        (first.pk, "sfj", "lead"),
        (first.pk, "gaj", "co_handler"),
        (third.pk, "scj", "separate"),
        (third.pk, "ysj", "separate"),
    }
    client.force_login(world.committee_staff)
    assert client.get(url).status_code == 403


def test_a_suggestion_says_why(world: World) -> None:
    assigned(world, title="关于完善养老助餐点布局的建议")
    Bureau.objects.filter(pk=world.gaj.pk).update(duty_keywords="助餐 消防")
    case = registered(
        world,
        title="关于增加养老助餐点的建议",
        asks=("把助餐点办好。",),
        suggested_bureau_ids=frozenset({world.ysj.pk}),
    )
    found = {one.bureau: one.reasons for one in suggest_bureaus(case)}
    assert found[world.ysj] == ("提案者建议",)
    assert found[world.gaj] == ("职责关键词：助餐",)
    assert found[world.sfj][0].startswith("办过相近的提案")
    assert world.scj not in found


def test_a_bureau_is_not_offered_itself(client: Client, world: World) -> None:
    lead, _ = assigned(world)
    client.force_login(world.sfj_clerk)
    for name, more in (("assignment-accept", {"text": "职责所在"}), ("assignment-return", {})):
        address = reverse(name, args=[lead.pk])
        offered = client.get(address).context["form"].fields["bureau"].queryset
        assert world.gaj in offered
        assert world.sfj not in offered
        refused = client.post(address, {"bureau": world.sfj.pk, **more})
        assert refused.context["form"].errors["bureau"] == ["请选择一个在用的承办单位，不能是本单位。"]
