"""Questionnaires before and after they are published: drafts, differences, decisions, the codebook."""
