"""Events of the plan and their head counts."""
