"""The day of a conference: who came, counted at the door, certificates of it, and the head count of the event."""
