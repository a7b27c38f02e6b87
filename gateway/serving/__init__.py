"""The application around the dialects, what operators ask for, and the edge: connections and what comes over them."""
