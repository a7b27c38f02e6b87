"""A company's security incidents of the last 30 days, made up from a seed, and their way into a gateway."""
