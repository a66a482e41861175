"""The table of DESIGN section 2 as data: which layer a module belongs to, and what that layer must not import."""

import re
from dataclasses import dataclass

ORM = ("django.db", "django.contrib.auth.models", "django.apps")
REQUESTS = ("django.http", "django.shortcuts", "django.views", "django.contrib.messages")
FORMS = ("django.forms", "proposals.forms", "replies.forms", "proposals.filters", "replies.filters", "django_filters")
VIEWS = ("proposals.views", "replies.views")
SERVICES = ("proposals.services", "replies.services")
QUERIES = ("proposals.queries", "replies.queries")
TASKS = ("proposals.tasks", "replies.tasks")
MODELS = ("proposals.models", "replies.models")
CLOCK = ("panjin_portal.lib.clock.now", "panjin_portal.lib.clock.today")


@dataclass(frozen=True)
class Layer:
    """Modules whose dotted name matches ``pattern`` never import anything in ``never``."""

    name: str
    pattern: str
    never: tuple[str, ...]
    except_for: tuple[str, ...] = ()

    def holds(self, module: str) -> bool:
        """Whether ``module`` belongs to this layer."""
        return re.fullmatch(self.pattern, module) is not None


APPS = r"(proposals|replies)"
LAYERS = (
    Layer(  # query expressions (Q, F) are tools; models and apps are not
        "lib has no models and knows no app",
        r"panjin_portal\.lib(\..+)?",
        ("proposals", "replies", "django.contrib", "django.apps", "django.conf", *REQUESTS, *FORMS),
    ),
    Layer(
        "pure code: no ORM, no requests, time is an argument",
        rf"{APPS}\.workflow|replies\.handling_workflow|proposals\.deadlines|replies\.redaction|replies\.structure(\..+)?"
        r"|replies\.documents\.(letter|pdf|process|worker)",
        (*ORM, *REQUESTS, *MODELS, *SERVICES, *QUERIES, *VIEWS, *FORMS, *CLOCK),
    ),
    Layer("models", rf"{APPS}\.models(\..+)?", (*SERVICES, *QUERIES, *VIEWS, *TASKS, *FORMS, *REQUESTS)),
    Layer(
        "queries and permissions",
        rf"{APPS}\.(queries|permissions|search)(\..+)?",
        (*SERVICES, *VIEWS, *TASKS, *FORMS, *REQUESTS),
        except_for=("django.http.Http404",),
    ),
    Layer("services", rf"{APPS}\.services(\..+)?", (*VIEWS, *FORMS, *REQUESTS)),
    Layer("tasks only call", rf"{APPS}\.tasks", (*VIEWS, *FORMS, *REQUESTS)),
    Layer("the ground floor never asks up", r"proposals(\..+)?", ("replies",)),
    Layer(
        "both apps stand on lib alone, not on the composition above them",
        rf"{APPS}(\..+)?",
        ("panjin_portal",),
        except_for=("panjin_portal", "panjin_portal.lib"),
    ),
)
