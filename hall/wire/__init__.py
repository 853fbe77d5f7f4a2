"""Versioned messages between units, hub and centre. Unknown fields and event types are kept, never refused."""
