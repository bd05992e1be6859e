"""What is printed: cards with codes, questionnaires on paper, and the recovery sheet of a key."""
