"""The pages of the awards: who reads what, the whole way through the forms, the public names, the sheet."""

from __future__ import annotations

import io
from typing import Any

from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from proposals.models import Proposal, User
from replies.models import Award, Nomination
from replies.services.award_results import decide_award, release_award
from replies.services.awards import cast_ballot
from tests.replies.awards.conftest import Rounds, decided
from tests.world import World


def test_the_public_reads_names_after_release_and_nothing_else(
    client: Client, world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    award = decided(world, rounds, judging)
    page = reverse("public-awards")
    assert "关于一" not in client.get(page).content.decode()
    release_award(world.committee_staff, award=award)

    shown = client.get(page).content.decode()
    assert "《关于一》" in shown
    for hidden in ("关于二", "办得好", "林小满", "全体会议审定", "2 票"):
        assert hidden not in shown
    Proposal.objects.filter(pk=rounds.first.pk).update(publicity_consent=False, publicity_reason="涉及商业")
    shown = client.get(page).content.decode()
    assert "关于一" not in shown
    assert "另有 1 件提案不公开" in shown


def test_counts_are_for_the_committee_and_reasons_for_who_judges(
    client: Client, world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    def shown(person: User) -> str:
        client.force_login(person)
        return client.get(reverse("award-detail", args=[rounds.proposals.pk])).content.decode()

    cast_ballot(world.office_staff, award=rounds.proposals, values={judging[0].pk: 1, judging[1].pk: 0})
    assert "评议人数" in shown(world.committee_staff)
    judge = shown(world.office_staff)
    assert "办得好" in judge
    assert "评议人数" not in judge
    assert "关于一" in shown(world.minjian_contact)  # his own nominations
    assert "关于一" not in shown(world.other_member_user)
    client.force_login(world.sfj_clerk)
    assert client.get(reverse("award-detail", args=[rounds.proposals.pk])).status_code == 404
    cast_ballot(world.committee_colleague, award=rounds.proposals, values={judging[0].pk: 1, judging[1].pk: 0})
    decide_award(world.committee_staff, award=rounds.proposals, winners=[judging[0].pk])
    winner = shown(world.sfj_clerk)
    assert "关于一" in winner
    assert "关于二" not in winner
    assert "办得好" not in winner


def post(client: Client, name: str, award: Award, **data: Any) -> Any:
    return client.post(reverse(name, args=[award.pk]), data)


def test_the_whole_way_through_the_pages(client: Client, world: World, rounds: Rounds) -> None:
    award = rounds.proposals
    client.force_login(world.minjian_contact)
    bad = post(client, "award-nominate", award, number="999", reason="办得好，问题真解决了")
    assert bad.status_code == 400
    assert "办得好，问题真解决了" in bad.content.decode()
    assert "选填" not in bad.content.decode()
    for row in (rounds.first, rounds.second):
        assert post(client, "award-nominate", award, number=row.number, reason="办得好").status_code == 302
    client.force_login(world.committee_staff)
    refused = post(client, "award-judges", award, judges="杜明察\n没有此人")
    assert (refused.status_code, "没有找到：没有此人" in refused.content.decode()) == (400, True)
    assert post(client, "award-judges", award, judges="杜明察\n田晓风\n").status_code == 302
    assert post(client, "award-start", award).status_code == 302
    early = client.get(reverse("award-decide", args=[award.pk]))
    assert (early.status_code, "还有评委没有评议" in early.content.decode()) == (409, True)
    first, second = award.nominations.order_by("id")
    for judge in (world.office_staff, world.committee_colleague):
        client.force_login(judge)
        ballot = client.get(reverse("award-ballot", args=[award.pk])).content.decode()
        assert "同意：" in ballot  # what a tick means
        assert "推荐理由：办得好" in ballot
        too_many = {f"vote-{first.pk}": "on", f"vote-{second.pk}": "on"}
        assert post(client, "award-ballot", award, **too_many).status_code == 400
        assert post(client, "award-ballot", award, **{f"vote-{second.pk}": "on"}).status_code == 302
    client.force_login(world.committee_staff)
    assert "《关于二》：2 票（2 人投票）" in client.get(reverse("award-decide", args=[award.pk])).content.decode()
    assert post(client, "award-decide", award, winners=[999]).status_code == 400
    assert post(client, "award-decide", award, winners=[second.pk]).status_code == 302
    assert post(client, "award-release", award).status_code == 302
    award.refresh_from_db()
    assert award.state == "released"


def test_the_candidates_can_be_taken_along(
    client: Client, world: World, rounds: Rounds, judging: list[Nomination]
) -> None:
    def rows(person: User) -> list[tuple[Any, ...]]:
        client.force_login(person)
        answer = client.get(reverse("award-export", args=[rounds.proposals.pk]))
        return list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[attr-defined]

    decided(world, rounds, judging)
    whole = rows(world.committee_staff)
    assert whole[0] == ("推荐对象", "入选", "推荐理由", "推荐人", "评议人数", "结果")
    assert whole[1][1:] == ("入选", "办得好", "林小满", 2, "2 票（2 人投票）")
    assert len(whole) == 3
    assert rows(world.sfj_clerk) == [("推荐对象", "入选", "推荐理由"), (whole[1][0], "入选", None)]


def test_pages_cost_the_same_for_many_candidates(
    client: Client, world: World, rounds: Rounds, judging: list[Nomination], django_assert_max_num_queries: Any
) -> None:
    moment = Nomination.objects.latest("pk").nominated_at
    contact = world.minjian_contact.posts.get()
    Nomination.objects.bulk_create(
        Nomination(
            award=rounds.proposals,
            proposal=Proposal.objects.create(
                session=world.session, number=f"9{n:02}", title="x", created_by=contact.user, created_at=moment
            ),
            reason="好",
            nominated_by=contact.user,
            post=contact,
            nominated_at=moment,
        )
        for n in range(30)
    )
    for person in (world.committee_staff, world.office_staff):
        client.force_login(person)
        with django_assert_max_num_queries(14):
            assert client.get(reverse("award-detail", args=[rounds.proposals.pk])).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("award-ballot", args=[rounds.proposals.pk])).status_code == 200
