"""The figures of the board are of the session it is narrowed to; days in the wrong order are told at the field."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from proposals.board import Figure
from proposals.models import Deadline, HandlingRequest, ProposalProposer, Session
from tests.replies.figures.conftest import TODAY, Filed
from tests.world import World


def figures(client: Client, **query: Any) -> dict[str, Figure]:
    answer = client.get(reverse("board"), query or None)
    assert answer.status_code == 200
    return {figure.label: figure for figure in answer.context["figures"]}


def contested(filed: Filed, session: Session) -> None:
    share = filed.share(filed.case("assigned", session=session), filed.world.sfj, "sole", "pending")
    HandlingRequest.objects.create(
        assignment=share, kind="return", text="职责不符", asked_by=filed.world.sfj_clerk, asked_at=share.assigned_at
    )


def test_rate_and_contested_are_of_the_chosen_session(client: Client, city: World, filed: Filed) -> None:
    later = Session.objects.exclude(pk=city.session.pk).get()
    contested(filed, city.session)
    contested(filed, city.session)
    contested(filed, later)
    client.force_login(city.office_staff)

    newest, chosen, odd = figures(client), figures(client, session=city.session.pk), figures(client, session="0x")

    assert [found["争议交办"].value for found in (newest, chosen, odd)] == ["1", "2", "1"]
    assert chosen["争议交办"].note.startswith(f"{city.session.name}，")
    assert f"session={city.session.pk}" in chosen["争议交办"].url
    assert len(client.get(chosen["争议交办"].url).context["rows"]) == 2
    assert "按期 5 / 逾期 2 / 超期未答复 2" in chosen["按期办复率"].note
    assert "按期 0 / 逾期 0 / 超期未答复 0" in newest["按期办复率"].note
    assert newest["按期办复率"].note.startswith(later.name)
    assert "55.6" in chosen["按期办复率"].value


def test_days_in_the_wrong_order_are_said_at_the_field(client: Client, city: World) -> None:
    client.force_login(city.office_staff)
    odd = {"due_from": str(TODAY + timedelta(9)), "due_to": str(TODAY)}
    for page in ("board", "proposal-list"):
        answer = client.get(reverse(page), odd)
        assert answer.context["form"].errors == {"due_to": ["“到期日到”早于“到期日从”，请改其中一个日期。"]}, page
        assert "早于“到期日从”" in answer.content.decode(), page
    shown = client.get(reverse("proposal-list"), {"submitted_from": "2022-05-02", "submitted_to": "2022-05-01"})
    assert list(shown.context["form"].errors) == ["submitted_to"]
    same_day = client.get(reverse("board"), {"due_from": str(TODAY), "due_to": str(TODAY)})
    assert not same_day.context["form"].errors


def test_a_row_says_whose_rating_it_waits_for(client: Client, city: World, filed: Filed) -> None:
    proposal = filed.case("answered")
    ProposalProposer.objects.create(proposal=proposal, proposer=city.member, position=2)
    for proposer in (city.minjian, city.member):
        Deadline.objects.create(
            proposal=proposal,
            kind="feedback",
            proposer=proposer,
            recipient_role="proposer",
            starts_on=TODAY,
            due_on=TODAY + timedelta(5),
            explanation="十五日",
            link="/",
        )
    client.force_login(city.office_staff)

    page = client.get(reverse("board"), {"bureau": "0"}).content.decode()

    assert f"提案者 {city.minjian.name}" in page
    assert f"提案者 {city.member.name}" in page


def test_tiles_and_bureaus_are_of_the_chosen_session_and_so_are_their_lists(
    client: Client, city: World, filed: Filed
) -> None:
    later = Session.objects.exclude(pk=city.session.pk).get()
    for days, kind in ((-2, "reply"), (0, "promise")):
        filed.due(filed.share(filed.case("assigned", session=later), city.scj, "sole"), days, kind=kind)
    client.force_login(city.office_staff)
    tiles = ("本周到期", "已超期", "待提案者反馈", "承诺将到期")

    everywhere = figures(client)
    for session in (city.session, later):
        answer = client.get(reverse("board"), {"session": session.pk})
        found = {figure.label: figure for figure in answer.context["figures"]}
        for label in tiles:
            listed = client.get(found[label].url).context["groups"]
            rows = [row for group in listed for row in group.rows]
            assert str(len(rows)) == found[label].value, (label, session)
            assert all(row.proposal.session_id == session.pk for row in rows), (label, session)
            assert found[label].note.startswith(f"{session.name}，")
        assert f"&amp;session={session.pk}" in answer.content.decode().partition('id="by-bureau"')[2]
    for label in ("本周到期", "已超期", "承诺将到期"):
        parts = [int(figures(client, session=one.pk)[label].value) for one in (city.session, later)]
        assert sum(parts) == int(everywhere[label].value), label
        assert parts[1] >= 1, label

    answer = client.get(reverse("board"), {"session": later.pk})
    assert [(line.name, line.total) for line in answer.context["lines"]] == [(city.scj.short_name, 2)]
    assert [(bar.label, bar.count) for bar in answer.context["bars"]] == [(city.scj.short_name, 1)]
    offered = [name for _, name in answer.context["form"].fields["bureau"].choices]
    assert city.sfj.short_name in offered  # who owes nothing in this session can still be chosen
    assert "session=" not in everywhere["已超期"].url
