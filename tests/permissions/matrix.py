"""Who gets what from every address of the portal: written by hand, from the rules, not from the code.

The rules (DESIGN section 3): what a person may not know of does not exist for him (404); what he sees but may not do is
refused with the reason (403); what is his to do but not now is 409; a visitor who has not signed in is sent to the
log-in page, except from the public pages.

The case of all rows is 民建's, led by 司法局, helped by 公安局. The columns:

    T1 T2  two of 提案委                C1 C2  two clerks of 司法局 (C1 acted)    X   clerk of 市场局, not in the case
    D1 D2  two of 督查室                RV LD  reviewer and leader of 司法局      P   contact of 民建, the proposer
    N   signed in, holds no post        H1 HL  clerk and leader of 公安局         S   contact of another proposer
    A   administrator                   --     nobody signed in

The cells: ok = page, or deed done, or form shown again with its errors; . = 404; in = to the log-in page; a number =
that status. Rows name a stage, or several from the first to the last in the order of ``STAGES``; GET and POST share a
row unless the row names its method. An address without POST answers it with 405, and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

PEOPLE = {
    "T1": "committee_staff",
    "T2": "committee_colleague",
    "D1": "office_staff",
    "D2": "office_colleague",
    "C1": "sfj_clerk",
    "C2": "sfj_clerk_colleague",
    "RV": "sfj_reviewer",
    "LD": "sfj_leader",
    "H1": "gaj_clerk",
    "HL": "gaj_leader",
    "X": "scj_clerk",
    "P": "minjian_contact",
    "S": "other_member_user",
    "N": "nobody",
    "A": "admin",
    "--": "",
}
STAGES = (
    "ANY",  # the address is about no case
    "TYPED",  # a draft that 提案委 types for 民建
    "DRAFT",  # a draft of 民建's own
    "SUBMITTED",
    "REJECTED",
    "RETURNED",
    "REGISTERED",
    "ASSIGNED",
    "ACCEPTED",  # 公安局 has begun its opinion
    "DRAFTING",  # 公安局 has handed its opinion in
    "REVIEWING",
    "COUNTERSIGNING",
    "SIGNING",
    "SIGNED",
    "ISSUED",
    "RATED",
    "PREPARING",
    "RELEASING",  # before the first step, which is the clerk's
    "PUBLISHED",
    "UNPUBLISHED",
    "IMPORTED",
    "CONFIRMED",
)

PAGES: dict[str, tuple[str, str]] = {
    # ------------------------ methods -- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "home healthz public-list public-year": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
    """),
    "login": ("GET POST", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok
    """),
    "work proposal-list notice-list manual": ("GET", """
        ANY                               ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  in
    """),
    "logout": ("POST", """
        ANY                               in  in  in  in  in  in  in  in  in  in  in  in  in  in  in  in
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
        ANY                               in  in  in  in  in  in  in  in  in  in  in  in  in  in  ok  in
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
    # ---- the case ------------------------ T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "proposal-detail": ("GET", """
        TYPED                             ok  ok  .   .   .   .   .   .   .   .   .   .   .   .   ok  in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   ok  .   .   .   in
        SUBMITTED-RETURNED                ok  ok  .   .   .   .   .   .   .   .   .   ok  .   .   ok  in
        REGISTERED                        ok  ok  ok  ok  .   .   .   .   .   .   .   ok  .   .   ok  in
        ASSIGNED-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   ok  .   .   ok  in
        IMPORTED-CONFIRMED                ok  ok  ok  ok  403 403 403 403 .   .   .   ok  .   .   ok  in
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
    "assignment-accept@lead": ("GET POST", """
        ASSIGNED                          403 403 403 403 ok  ok  403 403 403 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 409 409 403 403 403 403 .   403 .   .   403 in
    """),
    "assignment-accept@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
    """),
    "assignment-withdraw@lead": ("GET POST", """
        ASSIGNED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    "assignment-withdraw@helper": ("GET POST", """
        ASSIGNED                          403 403 ok  ok  403 403 403 403 403 403 .   403 .   .   403 in
        ACCEPTED-UNPUBLISHED              403 403 409 409 403 403 403 403 403 403 .   403 .   .   403 in
    """),
    # ---- the opinion of 公安局 ----------- T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "opinion-edit@helper": ("GET POST", """
        ASSIGNED                          403 403 403 403 403 403 403 403 409 403 .   403 .   .   403 in
        ACCEPTED                          403 403 403 403 403 403 403 403 ok  403 .   403 .   .   403 in
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
    "opinion-edit@lead opinion-submit@lead": ("GET POST", """
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
    "reply-edit reply-send-to-review": ("GET POST", """
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


# Within a span the stages between the first and the last are asked for by GET only, and not by the second of a pair.
SECONDS = {"T2", "D2", "C2", "HL"}


@dataclass(frozen=True)
class Row:
    """What one address answers in one stage. ``cells``: column to answer; ``methods``: those the row speaks of;
    ``asked``: the columns whose answer is tried."""

    page: str
    stage: str
    cells: dict[str, str]
    methods: tuple[str, ...]
    asked: tuple[str, ...] = tuple(PEOPLE)


def rows() -> list[Row]:
    """The table, one row per address and stage."""
    found = []
    for names, (methods, table) in PAGES.items():
        for line in filter(None, map(str.strip, table.splitlines())):
            span, *rest = line.split()
            named, cells = rest[: -len(PEOPLE)], dict(zip(PEOPLE, rest[-len(PEOPLE) :], strict=True))
            for stage in stages_of(span):
                row = Row("", stage, cells, tuple(named or methods.split()))
                if stage not in span.split("-"):
                    row = replace(row, methods=row.methods[:1], asked=tuple(set(PEOPLE) - SECONDS))
                found += [replace(row, page=page) for page in names.split()]
    return found


def stages_of(span: str) -> tuple[str, ...]:
    """``SIGNED`` or ``SIGNED-RATED`` as the stages it covers."""
    first, _, last = span.partition("-")
    return STAGES[STAGES.index(first) : STAGES.index(last or first) + 1]


def methods_of(page: str) -> set[str]:
    """GET, POST or both: what ``page`` takes at all."""
    return next(set(methods.split()) for names, (methods, _) in PAGES.items() if page in names.split())
