"""What the native dialect is called and where it is served."""

NAME = "im"
PREFIX = "/_im"
