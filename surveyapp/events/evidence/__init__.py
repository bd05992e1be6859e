"""Evidence files of events: what proves that something was held or a step was done."""
