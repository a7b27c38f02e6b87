"""The dialects that are served; the first one's error shape serves paths that belong to none."""

from gateway.dialects import actian, bigpanda, im, incidents_v1, log360

DIALECTS = (im.dialect, incidents_v1.dialect, log360.dialect, bigpanda.dialect, actian.dialect)
