"""The centre: ingest, cases, ratings, supervision, statistics."""
