"""The permission matrix of the upper floor: replies, files, publication. ``matrix`` says how to read it."""

from __future__ import annotations

UPPER: dict[str, tuple[str, str]] = {
    # ---- awards (D1 judges them): 优秀提案 takes nominations, 先进单位 is judged, 先进个人 is decided ---------------
    "award-list": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 ok  in
    """),
    "award-open": ("GET POST", """
        ANY                               ok  ok  403 403 403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "award-detail award-export": ("GET", """
        ANY                               ok  ok  ok  .   .   .   .   .   .   .   .   ok  ok  .   ok  in
    """),
    "award-nominate": ("GET POST", """
        ANY                               ok  ok  403 .   .   .   .   .   .   .   .   ok  ok  .   403 in
    """),
    "award-judges award-start": ("GET POST", """
        ANY                               ok  ok  403 .   .   .   .   .   .   .   .   403 403 .   403 in
    """),
    "award-ballot": ("GET POST", """
        ANY                               403 403 ok  403 .   .   .   .   .   .   .   403 403 .   403 in
    """),
    "award-decide": ("GET POST", """
        ANY                               ok  ok  403 403 .   .   .   .   .   .   .   403 403 .   403 in
    """),
    "award-release": ("GET POST", """
        ANY                               ok  ok  403 403 403 403 403 403 403 403 403 403 403 .   403 in
    """),
    # ---- the assessment of bureaus, published - T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "assessment": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  403 403 403 ok  in
    """),
    "assessment-open": ("POST", """
        ANY                               403 403 409 409 403 403 403 403 403 403 403 403 403 403 403 in
    """),
    "assessment-export": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  in
    """),
    "assessment-publish": ("GET POST", """
        ANY                               403 403 409 409 403 403 403 403 403 403 403 .   .   .   403 in
    """),
    "assessment-bureau": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
    """),
    "assessment-score": ("GET POST", """
        ANY                               403 403 409 409 403 403 403 403 .   .   .   .   .   .   403 in
    """),
    # ---- the opinion of 公安局 ----------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "opinion-edit@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED              GET         403 403 403 403 403 403 403 403 ok  ok  .   403 .   .   403 in
        ACCEPTED              POST        403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
        DRAFTING-UNPUBLISHED  GET         .   .   .   .   ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
        DRAFTING-UNPUBLISHED  POST        403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "opinion-autosave@helper": ("POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 401
        ACCEPTED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 401
        DRAFTING-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 401
    """),
    "opinion-submit@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
        DRAFTING-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "opinion-sign@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 409 .   403 .   .   403 in
    """),
    "opinion-withdraw@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "opinion-edit@lead opinion-submit@lead opinion-sign@lead opinion-withdraw@lead": ("GET POST", """
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "opinion-autosave@lead": ("POST", """
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   403 .   .   403 401
    """),
    "opinion-take-over": ("GET POST", """
        ACCEPTED                          .   .   .   .   .   .   .   .   403 403 .   .   .   .   .   in
        DRAFTING                          .   .   .   .   ok  ok  403 403 403 403 .   .   .   .   .   in
        REVIEWING-UNPUBLISHED             .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
    """),
    # ---- writing the reply --------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "reply-start@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        ACCEPTED                          403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        DRAFTING-UNPUBLISHED              403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "reply-start@helper": ("GET POST", """
        ASSIGNED-UNPUBLISHED              403 403 403 403 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "reply-detail": ("GET", """
        DRAFTING-REVIEWING                .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
        IMPORTED                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   .   in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
    """),
    "reply-edit reply-send-to-review reply-matrix": ("GET POST", """
        DRAFTING                          .   .   .   .   ok  ok  403 403 .   .   .   .   .   .   .   in
        REVIEWING                         .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 409 409 403 403 .   .   .   403 .   .   403 in
    """),
    "reply-autosave": ("POST", """
        DRAFTING                          .   .   .   .   ok  ok  403 403 .   .   .   .   .   .   .   401
        REVIEWING                         .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   401
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   401
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 401
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 401
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   401
        CONFIRMED                         403 403 403 403 409 409 403 403 .   .   .   403 .   .   403 401
    """),
    "reply-conflict": ("GET", """
        DRAFTING                          .   .   .   .   ok  ok  403 403 .   .   .   .   .   .   .   in
        REVIEWING                         .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "section-delete": ("GET POST", """
        DRAFTING                          .   .   .   .   ok  ok  403 403 .   .   .   .   .   .   .   in
        REVIEWING                         .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 409 409 403 403 .   .   .   403 .   .   403 in
    """),
    "reply-history": ("GET", """
        DRAFTING-CONFIRMED                .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
    """),
    "reply-restore": ("GET POST", """
        DRAFTING                          .   .   .   .   ok  ok  403 403 .   .   .   .   .   .   .   in
        REVIEWING-UNPUBLISHED             .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
    """),
    # ---- talks with the proposer --------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "consultation-new": ("GET POST", """
        TYPED                             403 403 .   .   .   .   .   .   .   .   .   .   .   .   403 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                403 403 .   .   .   .   .   .   .   .   .   403 .   .   403 in
        REGISTERED                        403 403 403 403 .   .   .   .   .   .   .   403 .   .   403 in
        ASSIGNED                          403 403 403 403 409 409 409 409 409 409 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 ok  ok  ok  ok  ok  ok  .   403 .   .   403 in
        IMPORTED-CONFIRMED                403 403 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "consultation-detail": ("GET", """
        DRAFTING-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   .   in
    """),
    "consultation-amend": ("GET POST", """
        DRAFTING-UNPUBLISHED              403 403 403 403 ok  403 403 403 403 403 .   403 .   .   .   in
    """),
    "consultation-answer": ("GET POST", """
        DRAFTING                          403 403 403 403 403 403 403 403 403 403 .   ok  .   .   .   in
        REVIEWING-UNPUBLISHED             403 403 403 403 403 403 403 403 403 403 .   409 .   .   .   in
    """),
    "consultation-file": ("GET", """
        DRAFTING                          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   .   in
    """),
    # ---- clearance ----------------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "reply-review": ("GET POST", """
        DRAFTING                          .   .   .   .   403 403 409 403 .   .   .   .   .   .   .   in
        REVIEWING                         .   .   .   .   403 403 ok  403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   403 403 409 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 403 403 409 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 403 403 409 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 403 403 409 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 403 403 409 403 .   .   .   403 .   .   403 in
    """),
    "reply-countersign": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING                    .   .   .   .   403 403 403 403 ok  ok  .   .   .   .   .   in
        SIGNING                           .   .   .   .   403 403 403 403 409 409 .   .   .   .   .   in
        SIGNED                            403 403 403 403 403 403 403 403 409 409 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 403 403 403 403 409 409 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "reply-countersign-changes reply-countersign-refuse": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING                    .   .   .   .   403 403 403 403 ok  ok  .   .   .   .   .   in
        SIGNING                           .   .   .   .   403 403 403 403 409 409 .   .   .   .   .   in
        SIGNED                            403 403 403 403 403 403 403 403 409 409 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 403 403 403 403 409 409 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "change-decide": ("GET POST", """
        SIGNING              GET          .   .   .   .   ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
        SIGNING              POST         .   .   .   .   409 409 409 403 403 403 .   .   .   .   .   in
    """),
    "reply-coordinate reply-audit": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   403 403 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 409 409 403 403 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 409 409 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "reply-return-signed": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   409 409 403 409 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 409 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 409 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 409 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 409 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 409 409 403 409 .   .   .   403 .   .   403 in
    """),
    "reply-sign": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 409 .   .   .   .   .   .   .   in
        COUNTERSIGNING                    .   .   .   .   403 403 403 409 403 403 .   .   .   .   .   in
        SIGNING                           .   .   .   .   403 403 403 ok  403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 403 403 403 409 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 403 403 403 409 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 403 403 403 409 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 403 403 403 409 .   .   .   403 .   .   403 in
    """),
    # ---- the file, issue, rating --------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "document-detail document-file": ("GET", """
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
    """),
    "document-make": ("POST", """
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
    """),
    "document-retry": ("GET POST", """
        SIGNED                            403 403 403 403 409 409 409 409 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 409 409 403 403 .   403 .   .   403 in
        CONFIRMED                         403 403 403 403 409 409 409 409 .   .   .   403 .   .   403 in
    """),
    "reply-issue": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 ok  ok  403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 409 409 403 403 .   .   .   403 .   .   403 in
    """),
    "reply-rate": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   403 403 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 403 403 403 403 403 403 .   .   .   .   403 in
        ISSUED                            403 403 403 403 403 403 403 403 403 403 .   ok  .   .   403 in
        RATED                             403 403 403 403 403 403 403 403 403 403 .   409 .   .   403 in
        PREPARING-UNPUBLISHED             403 403 403 403 403 403 403 403 403 403 .   ok  .   .   403 in
        IMPORTED                          403 403 403 403 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 403 403 403 403 .   .   .   409 .   .   403 in
    """),
    # Who shares a rated case has not rated himself.
    "rating-paper": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   403 403 403 403 403 403 .   .   .   .   .   in
        SIGNED                            409 409 409 409 403 403 403 403 403 403 .   .   .   .   403 in
        ISSUED                            ok  ok  ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        RATED                             ok  ok  ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        PREPARING-UNPUBLISHED             ok  ok  ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          409 409 409 409 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         409 409 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    # 民建 has an account and no address for mail: there is nobody to send a link to.
    "rating-send-link": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   403 403 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   403 403 403 403 403 403 .   .   .   .   .   in
        SIGNED                            409 409 409 409 403 403 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                409 409 409 409 403 403 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          409 409 409 409 403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         409 409 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    # A link that was never given out. The scan of a rating that did not come on paper.
    "rating-link": ("GET POST", """
        ANY                               .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
    """),
    "rating-scan": ("GET", """
        RATED                             .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
    """),
    # ---- what follows -------------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "redo-start": ("GET POST", """
        RATED                             403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
    """),
    "redo-meeting": ("GET POST", """
        RATED                             403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "promise-detail": ("GET", """
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
    """),
    "promise-keep promise-carry-over promise-give-up": ("GET POST", """
        ISSUED                            403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        RATED                             403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        PREPARING-UNPUBLISHED             403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
    """),
    "promise-reopen": ("GET POST", """
        ISSUED-UNPUBLISHED                403 403 409 409 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "promise-check": ("GET POST", """
        ISSUED                            ok  ok  ok  ok  ok  ok  403 403 403 403 .   403 .   .   403 in
        RATED                             409 409 409 409 409 409 403 403 403 403 .   403 .   .   403 in
        PREPARING-UNPUBLISHED             ok  ok  ok  ok  ok  ok  403 403 403 403 .   403 .   .   403 in
    """),
    # Kept in RATED; the leader has not signed yet, so its text is the bureau's.
    "follow-up-detail": ("GET", """
        RATED                             .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
    """),
    "follow-up-sign follow-up-return": ("GET POST", """
        RATED                             .   .   .   .   403 403 403 ok  .   .   .   .   .   .   .   in
    """),
    "follow-up-edit": ("GET POST", """
        RATED                             .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
    """),
    # ---- publication --------------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "publication-prepare": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 in
        ISSUED-RATED                      403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        PREPARING-PUBLISHED  GET          ok  ok  ok  ok  ok  ok  ok  ok  403 403 .   403 .   .   ok  in
        PREPARING-PUBLISHED  POST         403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        UNPUBLISHED                       403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 ok  ok  403 403 .   .   .   403 .   .   403 in
    """),
    "publication-detail": ("GET POST", """
        PREPARING-RELEASING  GET          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
        PREPARING            POST         403 403 403 403 ok  ok  403 403 .   .   .   .   .   .   403 in
        RELEASING            POST         403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 in
        PUBLISHED            GET          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
        PUBLISHED            POST         403 403 403 403 409 409 403 403 ok  ok  ok  ok  ok  ok  403 in
        UNPUBLISHED          GET          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
        UNPUBLISHED          POST         403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 in
    """),
    "publication-start": ("GET POST", """
        PREPARING                         403 403 403 403 ok  ok  403 403 .   .   .   .   .   .   403 in
        RELEASING                         403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 in
        PUBLISHED                         403 403 403 403 409 409 403 403 403 403 403 403 403 403 403 in
        UNPUBLISHED                       403 403 403 403 409 409 403 403 .   .   .   .   .   .   403 in
    """),
    "publication-decide": ("GET POST", """
        PREPARING                         403 403 403 403 409 409 409 409 .   .   .   .   .   .   403 in
        RELEASING                         403 403 403 403 ok  ok  403 403 .   .   .   .   .   .   403 in
        PUBLISHED                         403 403 403 403 409 409 409 409 403 403 403 403 403 403 403 in
        UNPUBLISHED                       403 403 403 403 409 409 409 409 .   .   .   .   .   .   403 in
    """),
    "publication-unpublish": ("GET POST", """
        PREPARING-RELEASING               403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
        PUBLISHED                         403 403 403 403 403 403 403 ok  403 403 403 403 403 403 403 in
        UNPUBLISHED                       403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
    """),
    "publication-withhold": ("GET POST", """
        PREPARING                         403 403 403 403 403 403 403 ok  .   .   .   .   .   .   403 in
        RELEASING                         403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
        PUBLISHED                         403 403 403 403 403 403 403 409 403 403 403 403 403 403 403 in
        UNPUBLISHED                       403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
    """),
    "publication-lift": ("GET POST", """
        PREPARING-RELEASING               403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
        PUBLISHED                         403 403 403 403 403 403 403 409 403 403 403 403 403 403 403 in
        UNPUBLISHED                       403 403 403 403 403 403 403 409 .   .   .   .   .   .   403 in
    """),
    "public-page public-file": ("GET", """
        PREPARING-RELEASING               .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   .
        PUBLISHED                         ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
        UNPUBLISHED                       410 410 410 410 410 410 410 410 410 410 410 410 410 410 410 410
    """),
    # ---- what was imported --------------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "import-confirm": ("GET POST", """
        DRAFTING-UNPUBLISHED              .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
        IMPORTED             GET          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   .   in
        IMPORTED             POST         ok  ok  ok  ok  403 403 403 403 .   .   .   .   .   .   .   in
        CONFIRMED            GET          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
        CONFIRMED            POST         409 409 409 409 403 403 403 403 .   .   .   403 .   .   403 in
    """),
    "import-source": ("GET", """
        DRAFTING-UNPUBLISHED              .   .   .   .   .   .   .   .   .   .   .   .   .   .   .   in
        IMPORTED                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   .   in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   ok  .   .   ok  in
    """),
    "reply-revise": ("GET POST", """
        DRAFTING-REVIEWING                .   .   .   .   409 409 403 403 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 403 403 403 403 .   .   .   .   .   in
        SIGNED                            403 403 403 403 409 409 403 403 403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
        IMPORTED                          403 403 403 403 409 409 403 403 .   .   .   .   .   .   .   in
        CONFIRMED                         403 403 403 403 ok  ok  403 403 .   .   .   403 .   .   403 in
    """),
}  # fmt: skip
