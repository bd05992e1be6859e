"""What the cooperation group reads: judged targets and protected comparisons."""
