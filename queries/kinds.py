"""What a stored document is, as criteria: incidents and aggregation results share an index, as do alerts, notes and
activities.
"""

from queries.criteria import Is, Where
from queries.fields import Column

KIND = Column("kind", "keyword")

INCIDENTS = Where(KIND, Is(("incident",)))
ALERTS = Where(KIND, Is(("alert",)))
