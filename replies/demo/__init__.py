"""The invented city of ``load_demo``: people, texts, cases, and the walk that carries a case by the services."""
