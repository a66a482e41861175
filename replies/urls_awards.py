"""Addresses of ``replies``: the awards of a session. They stand before ``public/<index number>/``."""

from django.urls import URLPattern, URLResolver, path

from replies.views import award_rounds, awards

urlpatterns: list[URLPattern | URLResolver] = [
    path("awards/", awards.award_list, name="award-list"),
    path("awards/open/", awards.award_open, name="award-open"),
    path("awards/<int:pk>/", awards.award_detail, name="award-detail"),
    path("awards/<int:pk>/nominate/", award_rounds.award_nominate, name="award-nominate"),
    path("awards/<int:pk>/judges/", awards.award_judges, name="award-judges"),
    path("awards/<int:pk>/start/", awards.award_start, name="award-start"),
    path("awards/<int:pk>/ballot/", award_rounds.award_ballot, name="award-ballot"),
    path("awards/<int:pk>/decide/", awards.award_decide, name="award-decide"),
    path("awards/<int:pk>/release/", awards.award_release, name="award-release"),
    path("awards/<int:pk>/export/", awards.award_export, name="award-export"),
    path("public/awards/", award_rounds.public_awards, name="public-awards"),
]
