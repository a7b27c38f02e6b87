"""The dialects that are served; the first one's error shape serves paths that belong to none."""

from gateway.dialects import im

DIALECTS = (im.dialect,)
