"""The benchmark of Sluice: PostgreSQL, HAProxy, PgBouncer and Sluice side by side on one machine."""
