"""What `surveyapp doctor` looks at: the machine, the database, and what stands around the app."""
