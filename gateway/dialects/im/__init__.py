"""The native dialect (docs/dialects/im.md)."""
