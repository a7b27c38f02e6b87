"""The server's edge: connections, what may come over them and for how long, and how serving begins and ends."""
