"""What the dialect is called and where it is served."""

NAME = "actian"
PREFIX = "/api/backend"
