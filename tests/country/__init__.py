"""A country on one machine: three app servers, two PostgreSQL servers and a balancer on hosts of their own, harmed midway."""
