"""Users, their posts, and proposers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from panjin_portal.lib.clock import today
from proposals.admin.base import AuditedAdmin, AuditedInline, PortalAdmin, actor_of
from proposals.models import Post, Proposer, User
from proposals.services.accounts import end_all_logins, require_new_password
from proposals.services.indexing import index_cases_of

POST_FIELDS = ("user", "role", "bureau", "proposer", "title", "is_main_leader", "starts_on", "ends_on")


class PostInline(AuditedInline):
    """The posts of one person, all of them, past ones included."""

    model = Post
    template = "admin/edit_inline/stacked.html"  # seven fields side by side would be wider than the page
    told_fields = POST_FIELDS
    autocomplete_fields = ("bureau", "proposer")


@admin.register(User)
class PersonAdmin(UserAdmin[User], AuditedAdmin[User]):
    """People who can sign in. One who has acted cannot be removed: close the account and end the posts instead."""

    told_fields = ("is_active", "is_staff", "is_superuser", "must_change_password")
    list_display = ("username", "display_name", "posts_today", "email", "is_active", "is_staff")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "display_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    inlines = (PostInline,)
    actions = ("sign_out",)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("个人信息", {"fields": ("display_name", "email", "phone")}),
        (
            "账号",
            {"fields": ("is_active", "is_staff", "is_superuser", "must_change_password", "last_login", "date_joined")},
        ),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("username", "display_name", "email", "phone", "usable_password", "password1", "password2"),
            },
        ),
    )

    def label_of(self, obj: User) -> str:
        """By key: names stay out of the log."""
        return f"用户{obj.pk}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With the posts held today, in one more query."""
        held = Post.objects.held_on(today()).select_related("bureau", "proposer")
        return super().get_queryset(request).prefetch_related(Prefetch("posts", queryset=held, to_attr="held_today"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Posts are entered once the person exists: the first page asks for name and password only."""
        return self.inlines if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new person chooses a password of his own at the first log-in."""
        if not change:
            obj.must_change_password = True
        super().save_model(request, obj, form, change)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Django's page; whose password was set here must change it at the next log-in, and is signed out."""
        response = super().user_change_password(request, id, form_url)
        user = User.objects.get(pk=unquote(id)) if request.method == "POST" and response.status_code == 302 else None
        if user is not None and user.pk != actor_of(request).pk:
            require_new_password(actor_of(request), user=user)
        return response

    @admin.action(description="退出所选用户的全部登录", permissions=["change"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Everywhere, at once; not oneself, who has a page of his own for that."""
        ended = end_all_logins(actor_of(request), people=queryset.exclude(pk=actor_of(request).pk))
        self.message_user(request, f"已退出{ended}处登录。")

    @admin.display(description="现任岗位")
    def posts_today(self, obj: User) -> str:
        """Posts held today, as one line."""
        return "、".join(str(post) for post in getattr(obj, "held_today", [])) or "—"


@admin.register(Post)
class PostAdmin(AuditedAdmin[Post]):
    """Who acts in which role for which bureau or proposer, and since when."""

    told_fields = POST_FIELDS
    list_display = ("user", "role", "bureau", "proposer", "title", "starts_on", "ends_on")
    list_filter = ("role",)
    search_fields = ("user__display_name", "user__username", "bureau__short_name", "proposer__name")
    autocomplete_fields = ("user", "bureau", "proposer")
    list_select_related = ("user", "bureau", "proposer")
    ordering = ("-pk",)


@admin.register(Proposer)
class ProposerAdmin(PortalAdmin[Proposer]):
    """Members and organisations. Almost all of it is personal data, so its changes leave no values in the log."""

    list_display = ("name", "kind", "sector", "group", "member_number", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "=member_number", "sector", "group")

    def save_model(self, request: HttpRequest, obj: Proposer, form: ModelForm[Proposer], change: bool) -> None:
        """A new name is found at once in all cases under it."""
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            index_cases_of(obj)
