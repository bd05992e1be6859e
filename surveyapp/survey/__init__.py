"""Waves of the anonymous questionnaire: inviting, answering, sealing, opening."""
