"""HTTP, SSE, OpenAPI, health and metrics."""
