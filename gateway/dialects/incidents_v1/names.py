"""What the incidents service, version 1, is called and where it is served."""

NAME = "incidents_v1"
PREFIX = "/v1"
