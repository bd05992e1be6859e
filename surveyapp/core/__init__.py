"""What every feature stands on: database, web, languages, clock, audit, access."""
