"""The permission matrix of papers made when somebody asks for them. ``matrix`` says how to read it."""

from __future__ import annotations

PAPERS: dict[str, tuple[str, str]] = {
    # ---- 交办通知 ------------------------ T1  T2  D1  D2  C1  C2  RV  LD  H1  HL  X   P   S   N   A   -- ------
    "proposal-notice": (
        "GET",
        """
        TYPED                             409 409 .   .   .   .   .   .   .   .   .   .   .   .   409 in
        DRAFT                             .   .   .   .   .   .   .   .   .   .   .   403 .   .   .   in
        SUBMITTED-RETURNED                409 409 .   .   .   .   .   .   .   .   .   403 .   .   409 in
        REGISTERED                        409 409 409 409 .   .   .   .   .   .   .   403 .   .   409 in
        ASSIGNED-UNPUBLISHED              ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   403 .   .   ok  in
        IMPORTED-CONFIRMED                409 409 409 409 403 403 403 403 .   .   .   403 .   .   409 in
    """,
    ),
    # ---- notices of the office: whoever reads the page has the paper -----------------------------------------------
    "urging-paper": (
        "GET",
        """
        ACCEPTED                          ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
    """,
    ),
    "slip-paper": (
        "GET",
        """
        DRAFTING                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
        ISSUED                            ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   ok  in
    """,
    ),
    # ---- 发文稿纸 has what was said in clearance: never for the proposer -------------------------------------------
    "reply-sheet": (
        "GET",
        """
        DRAFTING                          .   .   .   .   409 409 409 409 .   .   .   .   .   .   .   in
        REVIEWING                         .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   403 .   .   ok  in
        IMPORTED                          409 409 409 409 409 409 409 409 .   .   .   .   .   .   .   in
        CONFIRMED                         409 409 409 409 409 409 409 409 .   .   .   403 .   .   409 in
    """,
    ),
    # ---- the letter as a preview with the sample of a seal: as the chain of clearance ------------------------------
    "reply-preview": (
        "GET",
        """
        DRAFTING-REVIEWING                .   .   .   .   ok  ok  ok  ok  .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   ok  ok  ok  ok  ok  ok  .   .   .   .   .   in
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   ok  in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  ok  ok  .   403 .   .   ok  in
        IMPORTED                          ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   .   .   .   .   in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   403 .   .   ok  in
    """,
    ),
    # ---- 征询意见表, by the bureau that answers and the offices ----------------------------------------------------
    "reply-forms": (
        "GET POST",
        """
        DRAFTING-REVIEWING                .   .   .   .   409 409 409 409 .   .   .   .   .   .   .   in
        COUNTERSIGNING-SIGNING            .   .   .   .   409 409 409 409 403 403 .   .   .   .   .   in
        SIGNED                            ok  ok  ok  ok  ok  ok  ok  ok  403 403 .   .   .   .   403 in
        ISSUED-UNPUBLISHED                ok  ok  ok  ok  ok  ok  ok  ok  403 403 .   403 .   .   403 in
        IMPORTED                          409 409 409 409 409 409 409 409 .   .   .   .   .   .   .   in
        CONFIRMED                         ok  ok  ok  ok  ok  ok  ok  ok  .   .   .   403 .   .   403 in
    """,
    ),
}
