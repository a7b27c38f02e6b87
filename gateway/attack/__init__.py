"""MITRE ATT&CK: what an incident's tactic and technique ids mean, from one catalogue file."""

from gateway.attack.catalogue import Catalogue, Tactic, Technique, load, tree
from gateway.attack.matrix import Counts, layer, matrix, spellings, together

__all__ = ["Catalogue", "Counts", "Tactic", "Technique", "layer", "load", "matrix", "spellings", "together", "tree"]
