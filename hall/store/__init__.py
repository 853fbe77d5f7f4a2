"""A unit's own SQLite: outbox, catalogue, offline series, drafts."""
