"""The national view: municipalities beside each other by the releases that each handed over, and by nothing else."""
