"""The permission matrix of supervision and of archiving. ``matrix`` says how to read it."""

from __future__ import annotations

SUPERVISION: dict[str, tuple[str, str]] = {
    # ---- urging -------------------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "urging-list": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 ok  in
    """),
    "urging-new": ("GET POST", """
        ANY                               403 403 ok  ok  403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "urging-detail": ("GET", """
        ACCEPTED                          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
    """),
    # ---- the lamp board --------------------------------------------------------------------------------------------
    "board board-live board-export board-calendar": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 ok  in
    """),
    # ---- slips: the case of DRAFTING has one that waits for its report, that of ISSUED one that was reported --------
    "slip-list slip-export": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 ok  in
    """),
    "proposal-slip": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 ok  ok  403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "promise-slip": ("GET POST", """
        ISSUED-UNPUBLISHED                403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "slip-detail": ("GET", """
        DRAFTING                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
        ISSUED                            ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
    """),
    "slip-answer slip-hand-in": ("GET POST", """
        DRAFTING                          403 403 403 403 ok  ok  403 403 .   .   .   .   .   .   403 in
        ISSUED                            403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 in
    """),
    "slip-autosave": ("POST", """
        DRAFTING                          403 403 403 403 ok  ok  403 403 .   .   .   .   .   .   403 401
        ISSUED                            403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 401
    """),
    "slip-decide": ("GET POST", """
        DRAFTING                          403 403 409 409 403 403 403 403 .   .   .   .   .   .   403 in
        ISSUED                            403 403 ok  ok  403 403 403 403 .   .   .   .   .   .   403 in
    """),
    "slip-withdraw": ("GET POST", """
        DRAFTING                          403 403 ok  ok  403 403 403 403 .   .   .   .   .   .   403 in
        ISSUED                            403 403 ok  ok  403 403 403 403 .   .   .   .   .   .   403 in
    """),
    "slip-file": ("GET", """
        DRAFTING                          .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
        ISSUED                            ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
    """),
    # ---- the log of a key proposal: the case of ACCEPTED is one; T1 wrote the entry --------------------------------
    "proposal-log proposal-report": ("GET POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        409 409 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED                          409 409 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        ACCEPTED                          ok  ok  ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        DRAFTING-UNPUBLISHED              409 409 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                409 409 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-log-autosave proposal-report-autosave": ("POST", """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   403 401
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   401
        SUBMITTED-RETURNED                409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 401
        REGISTERED                        409 409 409 409 .   .   .   .   .   .   .   403 .   .   403 401
        ASSIGNED                          409 409 409 409 403 403 403 403 403 403 .   403 .   .   403 401
        ACCEPTED                          ok  ok  ok  ok  403 403 403 403 403 403 .   403 .   .   403 401
        DRAFTING-UNPUBLISHED              409 409 409 409 403 403 403 403 403 403 .   403 .   .   403 401
        IMPORTED-CONFIRMED                409 409 409 409 403 403 403 403 .   .   .   403 .   .   403 401
    """),
    "log-detail log-file": ("GET", """
        ACCEPTED                          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
    """),
    "log-correct": ("GET POST", """
        ACCEPTED                          ok  403 403 403 403 403 403 403 403 403 .   .   .   .   .   in
    """),
    "log-correct-autosave": ("POST", """
        ACCEPTED                          ok  403 403 403 403 403 403 403 403 403 .   .   .   .   .   401
    """),
    # ---- archiving: a case of this city owes something, unless it ended before it was assigned or came from outside
    "proposal-archive": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED                          ok  ok  .   .   .   .   .   .   .   .   .   403 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
        CONFIRMED                         403 403 ok  ok  403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "proposal-reopen": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED                         403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REJECTED                          409 409 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        RETURNED                          403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 409 409 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    # ---- the package of a case of 民建 that was rejected and archived: the supervision office never knew of it
    "package-detail package-file": ("GET", """
        ANY                               ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "package-retry": ("GET POST", """
        ANY                               409 409 .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    # ---- many letters at once: the offices and the bureaus; a package is for T1 alone, who asked for it
    "bundle-list": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 403 in
    """),
    "bundle-new": ("GET POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 403 in
    """),
    "bundle-detail bundle-file": ("GET", """
        ANY                               ok  .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "bundle-retry": ("GET POST", """
        ANY                               409 .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    "bundle-delete": ("GET POST", """
        ANY                               ok  .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
}  # fmt: skip
