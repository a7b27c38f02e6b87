"""How fast the gateway is, as ratios to the engine that it stands before, measured in the same run."""
