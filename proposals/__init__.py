"""The ground floor: people, bureaus, sessions, proposals, assignments, deadlines, events."""
