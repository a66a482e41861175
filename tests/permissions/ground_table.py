"""The permission matrix of the ground floor: filing, review, assignment. ``matrix`` says how to read it."""

from __future__ import annotations

GROUND: dict[str, tuple[str, str]] = {
    # ------------------------ methods -- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "home healthz healthz-queues public-list public-year public-export public-awards": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
    """),
    "login": ("GET POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
    """),
    "work proposal-list notice-list manual proposal-export work-export notice-export": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    # Members sign, not organisations.
    "proposal-cosignable": ("GET", """
        ANY                               403 403 403 403 403 403 403 403 403 403 403 403 ok  403 403 in
    """),
    "statistics statistics-export promise-list promise-export": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 ok  in
    """),
    "contested-report deadline-trial workday-calendar": ("GET", """
        ANY                               ok  ok  ok  ok  403 403 403 403 403 403 403 403 403 403 ok  in
    """),
    "assign-batch": ("GET POST", """
        ANY                               403 403 ok  ok  403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "cover-list": ("GET POST", """
        ANY                               403 403 403 403 ok  ok  ok  ok  ok  ok  ok  403 403 403 403 in
    """),
    "cover-end": ("POST", """
        ANY                               .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
    """),
    "logout": ("POST", """
        ANY                               in  in  in  in  in  in  in  in  in  in  in  in  in  in  in  in
    """),
    "login-list": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    "password-change notice-settings calendar-link": ("GET POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    "login-end-others calendar-link-revoke": ("POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    # A link that was never given out.
    "calendar-feed": ("GET", """
        ANY                               .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
    """),
    "login-end": ("POST", """
        ANY                               ok  .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "notice-read-all": ("POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    "notice-open": ("GET", """
        ANY                               ok  .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "styleguide": ("GET", """
        ANY                               .   .   .   .   .   .   .   .   .   .   .   .   .   .   ok  in
    """),
    "admin": ("GET", """
        ANY                               403 403 403 403 403 403 403 403 403 403 403 403 403 403 ok  in
    """),
    "proposal-new": ("GET POST", """
        ANY                               ok  ok  403 403 403 403 403 403 403 403 403 ok  ok  403 403 in
    """),
    "proposer-search": ("GET", """
        ANY                               ok  ok  403 403 403 403 403 403 403 403 403 ok  ok  403 403 in
    """),
    "import-new": ("GET POST", """
        ANY                               ok  ok  ok  ok  403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "import-batch import-item-file": ("GET", """
        ANY                               ok  ok  ok  ok  .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "import-batch-store import-item import-item-store import-item-drop": ("GET POST", """
        ANY                               ok  ok  ok  ok  .   .   .   .   .   .   .   .   .   .   .   in
    """),
    # ---- the case ------------------------ T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "proposal-detail": ("GET", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   ok  in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-RETURNED                ok  ok  .   .   .   .   .   .   .   .   .   ok  .   .   ok  in
        REGISTERED                        ok  ok  ok  ok  .   .   .   .   .   .   .   ok  .   .   ok  in
        ASSIGNED-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
        IMPORTED-CONFIRMED                ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
    """),
    "attachment-download": ("GET", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   ok  in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-RETURNED                ok  ok  .   .   .   .   .   .   .   .   .   ok  .   .   ok  in
        REGISTERED                        ok  ok  ok  ok  .   .   .   .   .   .   .   ok  .   .   ok  in
        ASSIGNED-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
    """),
    "attachment-delete": ("GET POST", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-REJECTED                403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   409 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
    """),
    "proposal-edit proposal-submit": ("GET POST", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-REJECTED                403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   409 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-autosave": ("POST", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   403 401
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   401
        SUBMITTED-REJECTED                403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 401
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 401
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   409 .   .   403 401
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 401
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 401
    """),
    "proposal-length proposal-similar": ("POST", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-REJECTED                403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   409 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-cosigners": ("GET POST", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-REJECTED   GET          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        SUBMITTED-REJECTED   POST         403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED           GET          403 403 403 403 .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED           POST         403 403 403 403 .   .   .   .   .   .   .   409 .   .   403 in
        ASSIGNED-UNPUBLISHED GET          403 403 403 403 403 403 403 403 403 403 .   ok  .   .   403 in
        ASSIGNED             POST         403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
        IMPORTED-CONFIRMED   GET          ok  ok  403 403 403 403 403 403 .   .   .   403 .   .   403 in
        IMPORTED-CONFIRMED   POST         409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    # The invited member (IN of ``matrix``) opens it while he is asked; any member (S) opens the draft open to all.
    # A member's form is refused with his words given back, and in the same way where there is no such proposal.
    "proposal-cosign": ("GET POST", """
        TYPED                GET          .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
        TYPED                POST         .   .   .   .   .   .   .   .   .   .   .   .   409 .   .   in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   .   ok  .   .   in
        SUBMITTED-CONFIRMED  GET          .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
        SUBMITTED-CONFIRMED  POST         .   .   .   .   .   .   .   .   .   .   .   .   409 .   .   in
    """),
    "invitation-withdraw": ("GET POST", """
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
    """),
    # ---- review and assignment ----------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "proposal-review": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         ok  ok  .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED-RETURNED                 409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        409 409 403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              409 409 403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "review-meeting": ("GET POST", """
        ANY                               ok  ok  403 403 403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "proposal-review-step": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         ok  ok  .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED-RETURNED                 409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        409 409 403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              409 409 403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-mark-key proposal-mark-excellent": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        ok  ok  403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              ok  ok  403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-merge": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         ok  ok  .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED-RETURNED                 409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        ok  ok  403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              409 409 403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-undo-decision": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED                          ok  ok  .   .   .   .   .   .   .   .   .   403 .   .   403 in
        RETURNED                          409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        409 409 403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              409 409 403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-withdraw": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   409 .   .   .   in
        SUBMITTED                         403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REJECTED                          403 403 .   .   .   .   .   .   .   .   .   409 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   ok  .   .   403 in
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   ok  .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   409 .   .   403 in
    """),
    "proposal-undo-registration": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        ok  ok  403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              409 409 403 403 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-assign": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 ok  ok  .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "deadline-change": ("GET POST", """
        ASSIGNED-SIGNED                   403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        ISSUED-UNPUBLISHED                403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "deadline-reminders": ("GET", """
        ASSIGNED-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  403 403 .   403 .   .   ok  in
    """),
    "assignment-accept@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "assignment-accept@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "proposal-suspend": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-SIGNED                   403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        ISSUED-UNPUBLISHED                403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-resume": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "assignment-return@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 ok  ok  403 ok  403 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 409 409 403 409 403 403 .   403 .   .   403 in
    """),
    "assignment-return@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 ok  ok  .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 403 403 403 403 409 409 .   403 .   .   403 in
    """),
    "assignment-extend@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        ACCEPTED-SIGNED                   403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "assignment-extend@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
        DRAFTING-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "assignment-hand-over@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 409 409 403 409 403 403 .   403 .   .   403 in
        ACCEPTED-SIGNED                   403 403 403 403 ok  ok  403 ok  403 403 .   403 .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 409 403 403 .   403 .   .   403 in
    """),
    "assignment-hand-over@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 409 .   403 .   .   403 in
        ACCEPTED-SIGNED                   403 403 403 403 403 403 403 403 ok  ok  .   403 .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 403 403 403 403 409 409 .   403 .   .   403 in
    """),
    # ---- a request of 司法局 for more time; the case of ACCEPTED alone has one ----
    "request-decide": ("GET POST", """
        ACCEPTED                          403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "request-take-back": ("GET POST", """
        ACCEPTED                          403 403 403 403 ok  ok  403 ok  403 403 .   403 .   .   403 in
    """),
    "request-file": ("GET", """
        ACCEPTED                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
    """),
    "assignment-withdraw@lead": ("GET POST", """
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "assignment-withdraw@helper": ("GET POST", """
        ASSIGNED                          403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
}  # fmt: skip
