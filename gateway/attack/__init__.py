"""MITRE ATT&CK: what an incident's tactic and technique ids mean, from one catalogue file."""

from gateway.attack.catalogue import Catalogue, Tactic, Technique, load, tree

__all__ = ["Catalogue", "Tactic", "Technique", "load", "tree"]
