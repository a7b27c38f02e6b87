"""The demo: made-up incidents of a company's last 30 days, and how a client brings them into a running gateway.

What happens is data: `attack.json` is one story step by step, each file of `teams` what a team does day by day, and
`words.json` the particulars. A step is a request of one of the five public APIs; nothing here knows the gateway from
within.
"""
