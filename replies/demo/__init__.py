"""The invented city that ``load_demo`` tells: people, texts, cases, and the walk that carries a case by the services."""
