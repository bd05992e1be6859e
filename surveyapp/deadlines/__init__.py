"""What is due: per institution and quarter, as a page, on paper, in a calendar and as a quarterly reminder."""
