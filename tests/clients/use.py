"""Uses the clients that were made: what they answer has types. Runs beside them, without this project."""

import sys

from im import Client
from im.api.incidents import get_im_incidents_id, post_im_incidents
from im.models import Document, Incident
from incidents_v1 import Client as V1Client
from incidents_v1.api.incidents import get_v1_incidents_id
from incidents_v1.models import Shown

URL, TENANT = sys.argv[1:]

client = Client(URL)
made = post_im_incidents.sync(client=client, body=Document(title="Disk is slow"), refresh="true", x_scope_org_id=TENANT)
assert isinstance(made, Incident), made
read = get_im_incidents_id.sync(made.field_meta.id, client=client, x_scope_org_id=TENANT)
assert isinstance(read, Incident), read
assert (read.title, read.state) == ("Disk is slow", "open")
shown = get_v1_incidents_id.sync(read.numeric_id, client=V1Client(URL), x_scope_org_id=TENANT)
assert isinstance(shown, Shown), shown
assert (shown.title, shown.status) == ("Disk is slow", "OPEN")
print(f"python: {type(read).__name__}(id={read.field_meta.id!r}, title={read.title!r}, {read.started_at!r})")
print(f"python: {type(shown).__name__}(id={shown.id}, status={shown.status!r}, services={shown.services})")
