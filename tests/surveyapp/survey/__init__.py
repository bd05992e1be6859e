"""The anonymous questionnaire."""
