"""The native dialect (seed 001, specs/im.md)."""
