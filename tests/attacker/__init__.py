"""An attacker who has what is handed out and nothing else: files, pages, reports, drawings, and the questionnaires."""
