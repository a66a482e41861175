"""Who asks for which page in a benchmark, found in the filled database; and fresh cases for what can be done once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from random import Random

from django.db.models import Count, Max
from django.test import Client

from proposals.filters import ProposalFilter
from proposals.models import Proposal, Role, User
from proposals.permissions import visible_proposals
from proposals.queries import with_nearest_deadline
from replies.models import Publication
from tests.load.casting import Caster
from tests.load.city import City, Member, Office, read_city
from tests.load.moulds import Kind, Mould, make_moulds
from tests.load.plan import Planned, Planner
from tests.load.sink import settle, write

PAGE_SIZE = 20
Cases = list[tuple[Planned, int]]


class Town:
    """The filled database as the jobs need it."""

    def __init__(self, moulds: dict[Kind, Mould] | None = None) -> None:
        """``moulds``: what the filling has made; the rest is made when it is needed."""
        self.moulds = moulds or {}

    @cached_property
    def city(self) -> City:
        return read_city()

    @cached_property
    def biggest(self) -> Office:
        """The bureau that leads most cases; by the weights of the filling it is the first."""
        return self.city.bureaus[0]

    def holder(self, role: Role) -> User:
        """The person of the biggest bureau in this role."""
        return User.objects.get(pk=self.biggest.people[role][0][0])

    @cached_property
    def office_staff(self) -> User:
        return User.objects.get(pk=self.city.office[0][0])

    @cached_property
    def committee_staff(self) -> User:
        return User.objects.get(pk=self.city.committee[0][0])

    @cached_property
    def member(self) -> Member:
        """The member with the most cases."""
        counted = self.city.members[0].proposer.__class__.objects.filter(kind="member").annotate(n=Count("proposals"))
        pk = counted.order_by("-n", "pk").values_list("pk", flat=True)[0]
        return next(one for one in self.city.members if one.proposer.pk == pk)

    @cached_property
    def big_case(self) -> int:
        """The case with the longest record."""
        return Proposal.objects.order_by("-last_event_number", "pk").values_list("pk", flat=True)[0]

    @cached_property
    def running_case(self) -> int:
        """An ordinary case in the middle of its way, at the biggest bureau."""
        running = Proposal.objects.filter(replies__bureau=self.biggest.bureau, state__in=("assigned", "answered"))
        return running.order_by("-state", "-last_event_number", "pk").values_list("pk", flat=True)[0]

    @cached_property
    def published(self) -> Publication:
        """A published reply of middle length."""
        return Publication.objects.filter(state="published").order_by("pk")[Publication.objects.count() // 4]

    def client(self, user: User | int | None) -> Client:
        """A browser with ``user`` logged in (None: a stranger)."""
        client = Client(SERVER_NAME="localhost")
        if user is not None:
            client.force_login(user if isinstance(user, User) else User.objects.get(pk=user))
        return client

    def key_of_page(self, user: User, number: int, **filters: str) -> str | None:
        """The key that leads to page ``number`` of the list, made as the list itself makes it; None for a shorter
        list."""
        from panjin_portal.lib.pages import page_by_key

        found = ProposalFilter(filters or None, queryset=with_nearest_deadline(visible_proposals(user)))
        return page_by_key(found.qs, order=found.order(), key=None, size=PAGE_SIZE * (number - 1)).next_key

    def fresh(self, kind: Kind, count: int) -> Cases:
        """``count`` new cases of ``kind`` at the biggest bureau, each by a member of its own, with their keys."""
        planner = Planner(self.city, Random(Proposal.objects.aggregate(top=Max("pk"))["top"]))
        if kind not in self.moulds:
            self.moulds |= make_moulds([kind])
        caster, made = Caster(), []
        batch: dict[type, list[list[object]]] = {}
        for _ in range(count):
            planned = planner.one(kind, lead=self.biggest)
            made.append((planned, caster.cast(self.moulds[kind], planned.case, batch)))
        write(batch)
        settle()
        return made

    def visits(
        self, cases: Cases, who: str, address: Callable[[int], str], data: dict[str, str]
    ) -> Callable[[int], object]:
        """POST ``data`` to the address of each case's proposal, one case a run, each by its own person ``who``."""
        people: dict[int, Client] = {}
        for planned, _ in cases:
            person = planned.case.who[who]
            if person not in people:
                people[person] = self.client(person)
                people[person].get("/work/")  # the first request of a session also writes it
        rows: Sequence[tuple[Client, str]] = [
            (people[planned.case.who[who]], address(proposal)) for planned, proposal in cases
        ]

        def visit(run: int) -> object:
            client, url = rows[run]
            return client.post(url, data)

        return visit
