"""All addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from panjin_portal.health import healthz, healthz_queues
from panjin_portal.home import home
from panjin_portal.manual import manual
from panjin_portal.styleguide import styleguide
from panjin_portal.work import work

urlpatterns = [
    path("", home, name="home"),
    path("healthz", healthz, name="healthz"),
    path("healthz/queues", healthz_queues, name="healthz-queues"),
    path("work/", work, name="work"),
    path("manual/", manual, name="manual"),
    path("styleguide/", styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    path("", include("proposals.urls")),
    path("", include("replies.urls")),
]

handler400 = "panjin_portal.errors.bad_request"
handler500 = "panjin_portal.errors.server_error"
