"""What the dialect is called and where it is served."""

NAME = "bigpanda"
PREFIX = "/resources/v2.0"
DATA_PREFIX = "/data/v2"

ENVIRONMENTS = "/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/{{environment_id}}"
INCIDENTS = f"{ENVIRONMENT}/incidents"
INCIDENT = f"{INCIDENTS}/{{incident_id}}"
