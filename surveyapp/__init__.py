"""The web app: one app, three doors (survey, participation, results); loading this package alone loads nothing of it."""
