"""The application around the dialects: middleware, OpenAPI, pages, and what operators ask for."""
