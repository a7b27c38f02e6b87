"""How the gateway grows with incidents, clients, processes, depth and tenants: recorded runs, and a page of them."""
