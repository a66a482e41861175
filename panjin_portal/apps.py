"""Django's admin application with the portal's own site."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """Names the site; everything else is Django's."""

    default_site = "panjin_portal.admin_site.PortalAdminSite"
