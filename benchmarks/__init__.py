"""Questions of speed: each module asks one, and measures it beside a baseline in the same run."""
