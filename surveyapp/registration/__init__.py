"""Registration for conferences: the only names and addresses of participants in the app, each with a day of deletion."""
