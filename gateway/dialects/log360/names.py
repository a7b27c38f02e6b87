"""What the dialect is called and where it is served."""

NAME = "log360"
PREFIX = "/api/v2"
