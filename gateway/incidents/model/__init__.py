"""What an incident is: fields, words, what a change means. Pure: no server, and the clock is a parameter."""
